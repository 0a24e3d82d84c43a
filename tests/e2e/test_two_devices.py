"""Several files and devices: what was stated before is found and known, what nobody stated is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.client.http import PlatformClient
from cli.client.signing_client import SigningClient
from cli.importing import run_import
from cli.main import greentrace
from tests.builders import facts as made
from tests.builders.signed_rice import SignedRice
from tests.builders.workbooks import PACK, REPORT, SHIPMENT, FilledTemplate
from tests.e2e.test_codes_from_a_workbook import LABEL
from tests.servers.door import Door
from tests.servers.served import serving
from trace.ledger.statement import parse_statement
from trace.store.bulk import select
from trace.store.log.entries import find_entries
from trace.usecases.intake.check_drafts import DraftRecord, check_drafts
from trace.usecases.intake.receipt import Receipt, Refused

NUMBER = "R-20261013-1"
ITEM = {"检验项目": "水分", "检出值": "14.1", "计量单位": "%"}
TESTED = {"采样时间": "2026-10-13 13:00", "检验时间": "2026-10-13 14:00", "批次": "RICE-A"}


class Office:
    """A firm with its key, its journal and a platform; each device signs in a stream of its own."""

    def __init__(self, door: Door, story: SignedRice, address: str, folder: Path) -> None:
        token = door.token(made.uscc(made.MILL), "statements:write")
        self.client = PlatformClient(address, token)
        self.door, self.story, self.folder = door, story, folder

    def desk(self, stream: str) -> SigningClient:
        mill = self.story.mill
        return SigningClient(
            self.client, mill.key, mill.iss, stream, self.door.clock, self.folder / f"{stream}.journal"
        )

    def bring(self, stream: str, **sheets: list[dict[str, Any]]) -> dict[str, int]:
        return run_import(self.desk(stream), self.workbook(**sheets), "zh-CN", bar=False)

    def workbook(self, **sheets: list[dict[str, Any]]) -> Path:
        template = FilledTemplate(self.folder)
        for sheet, rows in sheets.items():
            known = template.headers(sheet)
            for row in rows:
                template.add(sheet, **{name: value for name, value in row.items() if name in known})
        path = self.folder / "file.xlsx"
        path.write_bytes(template.bytes())
        return path


@pytest.fixture
def office(door: Door, tmp_path: Path) -> Iterator[Office]:
    story = SignedRice(door, door.clock)
    for step in (story.begin, story.harvests, story.receive, story.make):
        step()
    door.clock.advance(timedelta(days=1))
    with serving(door.app) as address:
        yield Office(door, story, address, tmp_path)


def pack(**cells: object) -> dict[str, Any]:
    amounts = {"赋码层级": "一批一码", "用料数量": 50, "件数": 10, "激活": None}
    return {**PACK, **LABEL, **amounts, **cells}


def shipment(**cells: object) -> dict[str, Any]:
    amounts = {"数量": 25, "件数": 5, "出货时间": "2026-10-13 16:00", "检验合格证号": NUMBER}
    receiver = {"购货者地址（保密）": "浦东", "购货者联系方式（保密）": "000-00000008"}
    return {**SHIPMENT, **receiver, **amounts, **cells}


def report(**cells: object) -> dict[str, Any]:
    return {**REPORT, **ITEM, **TESTED, **cells}


def test_goods_tested_in_one_file_are_shipped_in_the_next(office: Office) -> None:
    assert office.bring("day-1", 包装赋码=[pack(包装批次="K1")])["stated"] == 1
    assert office.bring("day-2", 出货=[shipment(出货批次="D1", 来源批次="K1")]) == {"stated": 1, "known": 0}


def test_a_check_says_what_would_be_stated_and_signs_nothing(office: Office, tmp_path: Path) -> None:
    key = tmp_path / "mill.pem"
    key.write_bytes(office.story.mill.key.to_pem())
    token = office.door.token(made.uscc(made.MILL), "statements:write")
    seat = ("--key", key, "--iss", office.story.mill.iss, "--server", office.client.base, "--token", token)
    clock = ("--clock", office.door.path / "clock")

    def checked(*options: str) -> tuple[int, str]:
        file = office.workbook(包装赋码=[pack(包装批次="K1")])
        told = [*map(str, ("import", file, *options, *seat, *clock))]
        done = CliRunner().invoke(greentrace, told, catch_exceptions=False)
        return done.exit_code, done.output

    before = office.door.counts()
    code, said = checked("--check")
    assert (code, "可登记 1 条，此前已有 0 条；未签名" in said) == (0, True), said
    assert office.door.counts() == before
    assert not list(tmp_path.glob("mill.*.journal"))
    assert checked()[0] == 0
    code, said = checked("--check", "--lang", "en")
    assert (code, "0 would be stated, 1 are known" in said) == (0, True), said


def test_a_report_that_nobody_stated_is_refused_with_row_and_column(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        office.bring("day-1", 包装赋码=[pack(包装批次="K1", 检验报告编号="JY-TYPO")])
    assert ended.value.code == 1
    told = capsys.readouterr().err
    assert "包装赋码 第 2 行“检验报告编号”" in told
    assert "JY-TYPO" in told
    assert office.bring("day-1", 包装赋码=[pack(包装批次="K1")])["stated"] == 1


def test_what_another_device_stated_is_known(office: Office) -> None:
    sheets = {
        "出厂检验": [report(报告编号="J9")],
        "包装赋码": [pack(包装批次="K1", 检验报告编号="J9", 赋码层级="一物一码")],
        "出货": [shipment(出货批次="D1", 来源批次="K1", 检验合格证号="J9")],
    }
    assert office.bring("device-1", **sheets) == {"stated": 3, "known": 0}
    assert office.bring("device-2", **sheets) == {"stated": 0, "known": 3}
    more = {
        **sheets,
        "包装赋码": [*sheets["包装赋码"], pack(包装批次="K2", 检验报告编号="J9", 赋码层级="一物一码")],
    }
    assert office.bring("device-3", **more) == {"stated": 1, "known": 3}
    assert office.bring("device-2", **sheets) == {"stated": 0, "known": 3}


def test_a_report_number_with_another_content_is_no_new_report(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.bring("device-1", 出厂检验=[report(报告编号="J9")])
    with pytest.raises(SystemExit):
        office.bring("device-2", 出厂检验=[report(报告编号="J9", 检出值="15.9")])
    told = capsys.readouterr().err
    assert "J9" in told
    assert "更正" in told
    with office.door.platform.transactions.look() as tx:
        (stmt,) = select(tx.connection, "SELECT stmt FROM report WHERE report_no = 'J9'")[0]
        claims = parse_statement(find_entries(tx.connection, [stmt])[stmt].jws).claims
    for number in ("Ｊ9", "Ј9"):  # of another width, or of another alphabet
        again = DraftRecord(claims.typ, claims.sub, claims.occurred_at, {**claims.data, "reportNo": number})
        (outcome,) = check_drafts(office.door.platform.transactions, claims.iss, [again])
        assert isinstance(outcome, Refused)
        assert outcome.refusal.code == "report-stated"


def test_a_lot_with_another_content_is_advised_to_be_corrected(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.bring("device-1", 包装赋码=[pack(包装批次="K1")])
    with pytest.raises(SystemExit):
        office.bring("device-2", 包装赋码=[pack(包装批次="K1", 用料数量=45, 件数=9)])
    assert "更正" in capsys.readouterr().err


def test_what_a_farm_states_again_is_known(office: Office) -> None:
    """Recognised by content whatever the kind: time, subject and data are those of the farm's own record."""
    with office.door.platform.transactions.look() as tx:
        rows = select(tx.connection, "SELECT stmt FROM log_entry WHERE typ LIKE 'farm.%' ORDER BY idx")
        entries = find_entries(tx.connection, [row[0] for row in rows])
    assert entries
    for stmt, entry in entries.items():
        claims = parse_statement(entry.jws).claims
        again = DraftRecord(entry.typ, claims.sub, claims.occurred_at, dict(claims.data))
        (outcome,) = check_drafts(office.door.platform.transactions, claims.iss, [again])
        assert isinstance(outcome, Receipt)
        assert (outcome.state, outcome.statement_id) == ("known", stmt)
        other = DraftRecord(entry.typ, claims.sub, claims.occurred_at, {**claims.data, "crop": "别的"})
        (outcome,) = check_drafts(office.door.platform.transactions, claims.iss, [other])
        assert getattr(outcome, "state", "") != "known"


@pytest.mark.parametrize(
    "amount", [(25000, "g"), ("0.025", "吨"), (50, "斤"), ("25公斤", "kg"), ("２５．０", "kg")]
)
def test_the_same_amount_in_another_unit_is_the_same_record(
    office: Office, amount: tuple[object, str]
) -> None:
    """Recognised by what was stated: kinds without a lot of their own would be counted twice."""
    office.bring("device-1", 包装赋码=[pack(包装批次="K1")])
    assert office.bring("device-1", 出货=[shipment(出货批次="D1", 来源批次="K1")])["stated"] == 1
    value, unit = amount
    again = shipment(出货批次="D1", 来源批次="K1", 数量=value, 单位=unit)
    assert office.bring("device-2", 出货=[again]) == {"stated": 0, "known": 1}


def test_another_amount_in_another_unit_is_another_record(office: Office) -> None:
    office.bring("device-1", 包装赋码=[pack(包装批次="K1")])
    office.bring("device-1", 出货=[shipment(出货批次="D1", 来源批次="K1")])
    with pytest.raises(SystemExit):
        office.bring("device-2", 出货=[shipment(出货批次="D1", 来源批次="K1", 数量=25001, 单位="g")])
