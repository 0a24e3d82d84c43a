"""Files of a case with very many lots: made by a job from the kept goods, read out in parts, made anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Any

import orjson
import pytest
from openpyxl import load_workbook

from scanner_web import case_printing
from tests.builders.cases import OFFICER, accredit, cases, fail, somebody
from tests.builders.traced_chain import K1, TracedChain
from tests.clock import SteppingClock
from tests.integration.usecases.test_kept_goods import AT_ONCE, CASE, FEW, WideCase
from tests.servers.platform import LOT_KEY, TestPlatform
from tests.simulators.witnesses import NAMES, publish
from trace.store.analyses.runs import FILES, RunRow
from trace.store.casework.exports import ExportRow
from trace.store.casework.papers import looks_at
from trace.store.jobs import claim_job
from trace.store.transaction import Transactions
from trace.usecases.casework.export_case import SORTS, export_case, open_export
from trace.usecases.casework.kept_goods import APART
from trace.usecases.casework.read_case import read_case
from trace.usecases.casework.write_receivers import write_receivers
from trace.usecases.inquiries.questions import FILE
from trace.usecases.inquiries.runs import answer
from trace.usecases.inquiries.show_files import file_wanted, files_shown, wanted_file
from trace.usecases.proof.assemble_bundle import REGULATOR, BundleSettings, assemble_bundle

PRINTING = case_printing()
SETTINGS = BundleSettings(LOT_KEY, NAMES)
MAKING: Any = {FILE: partial(export_case, printing=PRINTING, bundle=SETTINGS)}


def asked(wide: WideCase, sort: str = "receivers", *, as_kept: bool = False) -> ExportRow | RunRow | None:
    """What somebody is told who asks for a file."""
    wanted = wanted_file(CASE.number, sort, "zh-CN")
    return file_wanted(wide.tx, wide.officer, wide.seen, wanted, as_kept=as_kept, at_once=AT_ONCE)


def make(transactions: Transactions, making: Any = MAKING) -> None:
    """Do what was handed in."""
    with transactions.begin("test") as tx:
        claim = claim_job(tx.connection, [FILES], tx.now, timedelta(minutes=1))
    assert claim is not None
    answer(transactions, claim, making)


def taken(wide: WideCase, sort: str = "receivers", *, as_kept: bool = False) -> bytes:
    """The bytes of a kept file."""
    found = asked(wide, sort, as_kept=as_kept)
    assert isinstance(found, ExportRow)
    body = b"".join(open_export(wide.tx, wide.officer, wide.seen, found))
    assert len(body) == found.size
    return body


def rows_of(body: bytes) -> list[tuple[Any, ...]]:
    return list(load_workbook(BytesIO(body)).worksheets[0].iter_rows(min_row=2, values_only=True))


@pytest.fixture
def wide(databases: Any) -> Iterator[WideCase]:
    wide = WideCase(databases.migrated("sqlite"), FEW)
    yield wide
    wide.tx.engine.dispose()


def test_it_is_made_by_a_job_and_says_what_a_file_made_at_once_says(wide: WideCase) -> None:
    first = asked(wide)
    assert isinstance(first, RunRow) and asked(wide) == first, "asked for twice it is made once"
    assert [one.run == first for one in files_shown(wide.tx, wide.officer, wide.seen, "zh-CN")] == [
        True, *[False] * (len(SORTS) - 1)
    ]  # fmt: skip
    make(wide.tx)
    *lines, end = rows_of(taken(wide))
    with wide.tx.look() as tx:
        looks = looks_at(tx.connection, CASE.party, datetime(2027, 1, 1, tzinfo=UTC), 9)
    assert [(look.what, look.rows) for look in looks] == [("file", FEW)], "whoever takes it is noted"
    target = BytesIO()
    write_receivers(wide.tx, wide.officer, CASE.number, target, PRINTING.words("zh-CN"))
    *whole, _ = rows_of(target.getvalue())
    assert len(lines) == FEW and sorted(map(str, lines)) == sorted(map(str, whole))
    assert str(FEW) in end[0]
    assert isinstance(asked(wide, "trace-a4"), RunRow)
    make(wide.tx)
    assert taken(wide, "trace-a4").startswith(b"%PDF")


def test_an_old_file_says_so_is_still_to_be_had_and_is_made_anew(wide: WideCase) -> None:
    asked(wide)
    make(wide.tx)
    before = taken(wide)
    wide.takes_a_record()
    (shown, *_) = files_shown(wide.tx, wide.officer, wide.seen, "zh-CN")
    assert (shown.newer, shown.due, shown.run) == (1, False, None)
    assert taken(wide) == before, "told, and not made again at once"
    wide.now += APART
    run = asked(wide)
    (shown, *_) = files_shown(wide.tx, wide.officer, wide.seen, "zh-CN")
    assert isinstance(run, RunRow) and shown.run == run and shown.due
    assert taken(wide, as_kept=True) == before
    make(wide.tx)
    (shown, *_) = files_shown(wide.tx, wide.officer, wide.seen, "zh-CN")
    assert (shown.newer, shown.due, shown.run) == (0, False, None)
    assert taken(wide) != before


def test_a_file_of_goods_that_are_read_again_meanwhile_is_of_one_reading_whole(wide: WideCase) -> None:
    run, again = asked(wide), list[int]()
    assert isinstance(run, RunRow)

    def interrupted(language: str) -> Any:
        """The words are asked for when the file is begun: the goods go meanwhile, once."""
        if not again:
            again.append(1)
            with wide.tx.begin("test") as tx:
                tx.connection.exec_driver_sql("DELETE FROM case_goods_row")
                tx.connection.exec_driver_sql("DELETE FROM case_goods")
        return PRINTING.words(language)

    printing = type(PRINTING)(interrupted, PRINTING.diagram)
    make(wide.tx, {FILE: partial(MAKING[FILE], printing=printing)})
    assert again and len(rows_of(taken(wide))) == FEW + 1


def test_a_kept_bundle_is_the_bundle_for_readers_of_either_language(databases: Any) -> None:
    clock = SteppingClock()
    with TestPlatform(databases.migrated("sqlite"), clock) as platform:
        chain = TracedChain(platform, clock)
        accredit(chain)
        chain.packed_rice()
        fail(chain)
        publish(platform)
        told, officer = platform.transactions, somebody(platform.transactions, "陈办", OFFICER)
        seen = read_case(told, officer, cases(told)[0].number)
        run = file_wanted(told, officer, seen, wanted_file(seen.row.number, "bundle", "zh-CN"), at_once=0)
        assert isinstance(run, RunRow)
        make(told)
        found = file_wanted(told, officer, seen, wanted_file(seen.row.number, "bundle", "en"), at_once=0)
        assert isinstance(found, ExportRow)
        body = b"".join(open_export(told, officer, seen, found))
        assert orjson.loads(body) == assemble_bundle(told, K1, REGULATOR, SETTINGS)
