"""Goods of very many lots: read once by a job, shown page by page; a page costs what it shows."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import event

from bench.recall_chain import MAKER, RecallPlan, load
from scanner_web import case_printing, create_pages
from tests.builders.cases import BUREAU, OFFICER, somebody
from tests.builders.counted import counted
from tests.builders.members import PASSWORD, signed_in
from tests.servers.door import Door
from trace.ledger.canonical import b64u
from trace.oversight.diagram.folding import MOST, folded
from trace.parties import Actor
from trace.platform.jobs import jobs_of
from trace.rules import load as load_rules
from trace.store.accounts.people import Organisation, add_organisation
from trace.store.analyses.runs import WORK
from trace.store.casework.cases import CaseRow, add_case, move_case
from trace.store.casework.papers import looks_at
from trace.store.jobs import claim_job
from trace.store.tables.food import statement
from trace.store.transaction import Transactions, open_database
from trace.usecases.accounts.invite import invite, join
from trace.usecases.accounts.sessions import Device
from trace.usecases.analyses.progress import unheard
from trace.usecases.casework.export_case import RECEIVERS, FilePrinting, Wanted, export_case
from trace.usecases.casework.forget_copies import forget_old_copies
from trace.usecases.casework.goods_of_case import SHOWN, Goods, Part, goods_of_case
from trace.usecases.casework.kept_goods import APART
from trace.usecases.casework.kept_goods import AT_ONCE as AT_A_LOOK
from trace.usecases.casework.read_case import CaseSeen, read_case
from trace.usecases.casework.recall_standing import recall_standing
from trace.usecases.inquiries.runs import answer, list_asked
from trace.usecases.inquiries.show_goods import goods_shown
from trace.usecases.jobs.run_jobs import JobRunner
from trace.usecases.lots.lineage_parts import AT_ONCE as PARTED
from trace.usecases.proof.assemble_bundle import BundleSettings

NOW = datetime(2026, 10, 20, tzinfo=UTC)
CITY = "urn:uscc:11310000XN00000CTY"
FEW, MANY = 450, 1_800
AT_ONCE = 50
CASE = CaseRow(
    "AJ2026-00001", RecallPlan(0).batch, b64u(b"r" * 32), "R1", "镉", "sampling", MAKER, "market",
    "310000", False, (), "opened", 0, "", "", "", NOW, NOW, NOW,
)  # fmt: skip


class WideCase:
    """A case on a batch that went to so many receivers."""

    def __init__(self, url: str, receivers: int) -> None:
        self.now = NOW
        engine = open_database(url)
        self.tx = Transactions(engine, lambda: self.now, load_rules(), "bench.example/log")
        load(engine, RecallPlan(receivers))
        self.officer: Actor = somebody(self.tx, "陈办", OFFICER)
        with self.tx.begin("test") as tx:
            add_case(tx.connection, CASE)
        self.seen: CaseSeen = read_case(self.tx, self.officer, CASE.number)

    def shown(self, after: int = 0) -> Goods:
        return goods_shown(self.tx, self.officer, self.seen, part=Part(after), at_once=AT_ONCE)

    def work(self) -> None:
        """Do what was handed in."""
        work(self.tx)

    def takes_a_record(self) -> None:
        """The log takes one more."""
        with self.tx.begin("test") as tx:
            columns = ", ".join(
                one.name for one in statement.columns if one.name not in {"id", "stmt", "arrival"}
            )
            text = f"INSERT INTO statement (id, stmt, arrival, {columns}) SELECT id + 256000000, 'new', "
            text += f"9999999, {columns} FROM statement WHERE id = (SELECT max(id) FROM statement)"
            tx.connection.exec_driver_sql(text)

    def looked(self) -> int:
        with self.tx.look() as tx:
            return len(looks_at(tx.connection, MAKER, datetime(2027, 1, 1, tzinfo=UTC), 99))


def work(transactions: Transactions) -> None:
    """Do what was handed in."""
    with transactions.begin("test") as tx:
        claim = claim_job(tx.connection, [WORK], tx.now, timedelta(minutes=1))
    assert claim is not None
    answer(transactions, claim)


@pytest.fixture
def wide(database_url: str) -> Iterator[WideCase]:
    wide = WideCase(database_url, FEW)
    yield wide
    wide.tx.engine.dispose()


def test_it_is_read_by_a_job_and_the_pages_are_those_of_a_reading_at_once(wide: WideCase) -> None:
    goods = wide.shown()
    assert goods.awaited and not goods.count and wide.looked() == 0
    assert wide.shown().run == goods.run, "opened twice it is read once"
    other: Actor = somebody(wide.tx, "市局", OFFICER, area="310000", urn=CITY)
    theirs = goods_shown(wide.tx, other, wide.seen, at_once=AT_ONCE).run
    assert theirs is not None and (theirs.authority, theirs.number != goods.run.number) == (CITY, True)
    (run,) = list_asked(wide.tx, wide.officer)
    assert (run.name, run.asked, run.state) == ("case-goods", {"case": "AJ2026-00001"}, "waiting")
    wide.work()
    wide.work()
    kept, whole = wide.shown(), goods_of_case(wide.tx, wide.officer, wide.seen.row, part=Part(most=FEW))
    assert kept.run is None and kept.kept and not kept.newer
    pages = [wide.shown(after) for after in range(0, FEW, SHOWN)]
    plain = [{key: line[key] for key in line if key != "product"} for page in pages for line in page.lines]
    assert plain == list(whole.lines)
    sums = "totals", "least", "most", "unbounded", "digest", "reach", "held", "plots", "count", "regions"
    for member in sums:
        assert getattr(kept, member) == getattr(whole, member), member
    assert kept.products.items() <= whole.products.items()
    graph, at_once = folded(kept.graph), folded(whole.graph)
    assert len(graph.boxes) <= MOST
    assert {key: (box.count, box.amounts) for key, box in graph.boxes.items()} == {
        key: (box.count, box.amounts) for key, box in at_once.boxes.items()
    }
    opened = next(key for key, box in graph.boxes.items() if box.count > 1)
    assert folded(kept.graph, [opened]).boxes.keys() == folded(whole.graph, [opened]).boxes.keys()
    for first in (0, SHOWN, FEW - 7):
        one, other = (recall_standing(wide.tx, wide.seen.row, [], each, first) for each in (kept, whole))
        assert (one.consignees, one.counts, one.figures) == (other.consignees, other.counts, other.figures)
        assert len(one.consignees) == min(SHOWN, FEW - first) and one.count == FEW


def test_a_page_costs_and_holds_what_it_shows_however_many_lots_there_are(databases) -> None:
    costs, peaks, made = [], [], []
    making = FilePrinting(lambda _: lambda key, **_told: key, lambda *_: b"")
    asked = Wanted(CASE.number, RECEIVERS, "zh-CN").asked()
    for receivers, url in ((each, databases.migrated("sqlite")) for each in (FEW, MANY)):
        wide = WideCase(url, receivers)
        wide.shown()
        wide.work()
        wide.shown()
        tracemalloc.start()
        begun = tracemalloc.get_traced_memory()[0]
        with counted(wide.tx.engine) as cost:
            goods = wide.shown(SHOWN)
            standing = recall_standing(wide.tx, wide.seen.row, [], goods, SHOWN)
        peaks.append(tracemalloc.get_traced_memory()[1] - begun)
        tracemalloc.reset_peak()
        export_case(
            wide.tx, wide.officer, asked, unheard, printing=making, bundle=BundleSettings(b"k" * 32, ())
        )
        made.append(tracemalloc.get_traced_memory()[1] - begun)
        tracemalloc.stop()
        assert (len(goods.lines), len(standing.consignees), goods.count) == (SHOWN, SHOWN, receivers)
        costs.append(cost)
        wide.tx.engine.dispose()
    assert costs[0].figures == costs[1].figures
    assert peaks[1] < 1.2 * peaks[0]
    assert made[1] < 1.5 * made[0], f"a file of all the lines holds a part of them: {made}"


def test_a_reading_says_how_old_it_is_and_is_followed_by_another(wide: WideCase) -> None:
    wide.shown()
    wide.work()
    first = wide.shown()
    assert wide.looked() == 1
    assert wide.shown(SHOWN).kept == first.kept
    assert wide.looked() == 2, "a further page notes whose lines are on it"
    wide.takes_a_record()
    goods = wide.shown()
    assert (goods.newer, goods.run, goods.kept) == (1, None, first.kept), "told, and not read again at once"
    wide.now += APART
    goods = wide.shown()
    assert goods.run is not None and goods.kept == first.kept and goods.count == FEW
    wide.work()
    second = wide.shown()
    assert (second.newer, second.run) == (0, None) and second.kept != first.kept
    with wide.tx.look() as tx:
        kept = tx.connection.exec_driver_sql(
            "SELECT count(DISTINCT reading) FROM case_goods_row"
        ).scalar_one()
    assert kept == 1, "of each case the last reading is kept"
    wide.now += timedelta(days=3 * 366)
    assert forget_old_copies(wide.tx) == 0 and wide.shown().kept, "the case goes on"
    with wide.tx.begin("test") as tx:
        move_case(tx.connection, replace(CASE, state="closed"), CASE.version)
    assert forget_old_copies(wide.tx) == 1
    assert forget_old_copies(wide.tx) == 0
    again = wide.shown()
    assert again.kept == "" and again.run is not None, "read again where somebody asks"
    wide.work()
    wide.now += timedelta(days=729)
    assert forget_old_copies(wide.tx) == 0
    wide.now += timedelta(days=3)
    assert forget_old_copies(wide.tx) == 1, "two years, and no longer where no shelf life is known"


def test_the_page_says_that_it_is_read_and_then_shows_it(tmp_path, databases) -> None:
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        tx = door.platform.transactions
        load(tx.engine, RecallPlan(AT_A_LOOK + 1))
        with tx.begin("test") as writing:
            office = Organisation(BUREAU, "市场监管局", "authority", "market", "310000")
            add_organisation(writing.connection, office, writing.now)
            add_case(writing.connection, CASE)
            token = invite(writing, BUREAU, "jingban", [OFFICER], None)
        join(tx, token, "jingban", PASSWORD, Device("192.0.2.1", "test"))
        desk = signed_in(door.platform, door.client, "jingban")
        here = f"/office/cases/{CASE.number}"
        before = desk.get(here).text
        (run,) = list_asked(tx, Actor("jingban", BUREAU))
        waiting, listed = (desk.get(at).text for at in (f"/office/analyses/{run.number}", "/office/analyses"))
        read: list[int] = []
        event.listen(tx.engine, "before_cursor_execute", lambda *told: read.extend(handovers_asked(*told)))
        work(tx)
        followed, after = desk.get(f"/office/analyses/{run.number}"), desk.get(here).text
        last = desk.get(f"{here}?after={AT_A_LOOK}").text
        sent = desk.get(f"{here}/receivers.xlsx")
        being_made = desk.get(here).text
        assert JobRunner(tx, jobs_of(door.platform, case_printing())).run_one()
        done, made = desk.get(sent.headers["Location"]), desk.get(here).text
        file = desk.get(f"{here}/receivers.xlsx?kept=1")
    assert "流向还没有读完" in before and f'href="/office/analyses/{run.number}"' in before
    assert "没有发往任何收货方的记录" not in before and "0 笔" not in before
    assert f'href="{here}"' in waiting and here.rsplit("/", 1)[1] in listed
    assert (followed.status_code, followed.headers["Location"]) == (303, here)
    assert "流向还没有读完" not in after and f"第 1–{SHOWN} 笔，共 {AT_A_LOOK + 1} 笔" in after
    assert f"第 {AT_A_LOOK + 1}–{AT_A_LOOK + 1} 笔" in last
    assert (sum(read), max(read)) == (AT_A_LOOK + 1, PARTED), "out of few packs, and yet in parts"
    assert sent.status_code == 303 and f'href="{sent.headers["Location"]}"' in being_made
    assert "数据截至" not in being_made and "正在做" in being_made
    assert (done.status_code, done.headers["Location"]) == (303, f"{here}#files")
    assert f'href="{here}/receivers.xlsx?kept=1"' in made and "正在做" not in made
    assert file.status_code == 200 and int(file.headers["Content-Length"]) == len(file.data)
    named = rf"{CASE.number}-[0-9]{{8}}T[0-9]{{4}}Z-receivers\.xlsx"
    assert file.data.startswith(b"PK") and re.search(named, file.headers["Content-Disposition"])


def handovers_asked(*told: Any) -> list[int]:
    """How many hand-overs a statement asks for."""
    _, _, text, values, *_ = told
    return [len(orjson.loads(values[0]))] if "FROM handover WHERE handover.id" in text else []
