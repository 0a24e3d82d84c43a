"""A firm's ledgers on pages and as files, over HTTP on both databases; files are read back with openpyxl."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import ORGANISATIONS, Desk, add_member, signed_in
from tests.builders.traced_chain import FARM, K1, MILL, SHOP, TracedChain, october
from tests.servers.door import Door
from trace.access.roles import OPERATOR
from trace.exchange.ledger_columns import LEDGERS
from trace.parties import Actor
from trace.usecases.ledgers.period import Period
from trace.usecases.ledgers.write_ledger import write_ledger
from trace.wording import say

OCTOBER = "from=2026-10-01&to=2026-10-31"
PRIVATE = ("supplier", "supplierName", "supplierAddress", "supplierContact")
ROW = re.compile(r'<th scope="row">(\d+)</th>')


@pytest.fixture
def door(tmp_path, database_url) -> Iterator[Door]:
    with Door(tmp_path, database_url, pages=create_pages) as opened:
        assert ORGANISATIONS[OPERATOR].urn == made.uscc(MILL)
        add_member(opened.platform.transactions, OPERATOR, ["head"], "wangmin")
        yield opened


@pytest.fixture
def chain(door: Door) -> TracedChain:
    return TracedChain(door, door.clock)


def sit(door: Door) -> Desk:
    return signed_in(door.platform, door.client, "wangmin")


def page_of(desk: Desk, name: str, more: str = OCTOBER) -> str:
    answer = desk.get(f"/desk/ledgers?ledger={name}&{more}")
    assert answer.status_code == 200, answer.text
    return answer.text


def sheet_of(desk: Desk, name: str, more: str = OCTOBER) -> Worksheet:
    answer = desk.get(f"/desk/ledgers/{name}.xlsx?{more}")
    assert answer.status_code == 200, answer.text
    assert f"filename={name}-2026-10-01-2026-10-31.xlsx" in answer.headers["Content-Disposition"]
    return load_workbook(BytesIO(answer.data)).worksheets[0]


def rows_of(sheet: Worksheet) -> list[dict[str, object]]:
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def supplied(chain: TracedChain, batch: str = "R1", at: str = "06 09:00", **changed: object) -> str:
    """The mill took in goods, with all that the law wants of them; its supplier is private."""
    lot = made.lot(MILL, batch)
    data = made.a_receipt(lot=lot, supplierLot=made.ABSENT, receivedAt=october(at).isoformat(), **changed)
    statement = chain.signers[MILL].state("food.receipt", lot, data, at=october(at), conceal=PRIVATE)
    if (early := october(at) - chain.clock()) > timedelta():
        chain.clock.advance(early)
    (outcome,) = chain.platform.accept(statement)
    assert hasattr(outcome, "index"), outcome
    chain.stated["food.receipt", lot] = (MILL, statement.statement_id, data)
    return statement.statement_id


def test_a_ledger_has_the_legal_columns_and_ones_own_private_members(door, chain):
    stmt = supplied(chain, batchNo="000123456789012345678")
    desk = sit(door)
    page = page_of(desk, "receipts")
    sheet = sheet_of(desk, "receipts")
    (row,) = rows_of(sheet)
    heads = [column.header for column in LEDGERS["receipts"].columns]
    assert [head for head in row if head in heads] == heads
    assert "供货者名称（保密）" in heads
    assert row["供货者名称（保密）"] == "（演示）乌有乡稻米专业合作社"
    assert row["供货者代码（保密）"] == FARM
    assert row["供货者联系方式（保密）"] == "000-00000001"
    assert row["批次号"] == "R1"
    assert row["生产批号"] == "000123456789012345678"
    assert row["数量"] == 16900
    assert row["单位"] == "kg"
    assert row["保质期"] == "12个月"
    assert row["类别"] == "原料"
    assert row["凭证种类"] == "合格证"
    assert str(row["进货时间"]) == "2026-10-06 09:00:00"
    assert row["记录编号"] == stmt
    assert ROW.findall(page) == [str(row["登记序号"])]
    assert "（演示）乌有乡稻米专业合作社" in page


def test_texts_that_look_like_formulas_or_numbers_stay_texts(door, chain):
    name, contact = '=HYPERLINK("http://x","y")', "+8621000000001"
    supplied(chain, productName=name, supplierContact=contact, supplierName="@x", spec="-5")
    sheet = sheet_of(sit(door), "receipts")
    (row,) = rows_of(sheet)
    assert (row["物料名称"], row["供货者联系方式（保密）"]) == (name, contact)
    assert (row["供货者名称（保密）"], row["规格"]) == ("@x", "-5")
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n", "d", "inlineStr"}
    code = next(cell for cell in sheet[2] if cell.value == FARM)
    assert code.number_format == "@"


def test_a_corrected_record_shows_the_value_in_force_and_says_so(door, chain):
    supplied(chain)
    supplied(chain, "R2", "07 09:00")
    lot = made.lot(MILL, "R1")
    chain.correct("food.receipt", lot, "08 09:00", quantity=made.kg(16_800))
    _, second, _ = chain.stated["food.receipt", made.lot(MILL, "R2")]
    taken_back = {"amends": second, "reason": "重复登记了一次", "withdraws": True}
    chain.state(MILL, "correction", made.lot(MILL, "R2"), taken_back, "08 10:00")
    desk = sit(door)
    page = page_of(desk, "receipts")
    first, gone = rows_of(sheet_of(desk, "receipts"))
    assert (first["数量"], first["状态"]) == (16800, "已更正")
    assert (gone["批次号"], gone["状态"]) == ("R2", "已撤回")
    assert gone["更正或撤回的登记序号"] > first["更正或撤回的登记序号"] > gone["登记序号"]
    assert "已更正" in page
    assert "16800" in page
    assert '<tr class="gone">' in page
    assert "16900" in page, "what was withdrawn stays legible"


def test_production_has_a_row_for_each_line_and_shipments_say_what_the_goods_are(door, chain):
    report = chain.packed_rice()
    chain.ship("D1", 400, K1, to=SHOP, report=report)
    desk = sit(door)
    lines = rows_of(sheet_of(desk, "production"))
    assert [line["类型"] for line in lines] == ["投料", "产出", "损耗"]
    assert [line["数量"] for line in lines] == [10000, 7000, 3000]
    assert len({line["登记序号"] for line in lines}) == 1
    assert "1 条记录" in page_of(desk, "production")
    (sent,) = rows_of(sheet_of(desk, "shipments"))
    assert sent["购货者代码（保密）"] == SHOP
    assert sent["检验合格证号"] == made.a_report()["reportNo"]
    assert sent["生产批号"] == "M1"
    assert sent["产品名称"] == made.a_label()["product"]["name"]
    assert sent["数量"] == 400
    assert rows_of(sheet_of(desk, "release")) == [], "the laboratory's report is the laboratory's record"


def test_another_firms_rows_never_appear(door, chain):
    chain.packed_rice()
    desk = sit(door)
    for name in LEDGERS:
        ids = {row["记录编号"] for row in rows_of(sheet_of(desk, name))}
        assert ids <= {stmt for code, stmt, _ in chain.stated.values() if code == MILL}, name
    assert "C1" not in {row["出货批次"] for row in rows_of(sheet_of(desk, "shipments"))}
    assert len(rows_of(sheet_of(desk, "receipts"))) == 1


def test_pages_turn_and_the_file_has_as_many_records_as_the_page_says(door, chain):
    for number in range(53):
        supplied(chain, f"R{number}", "06 09:00")
    desk = sit(door)
    page = page_of(desk, "receipts")
    assert "53 条记录" in page
    shown = ROW.findall(page) + ROW.findall(page_of(desk, "receipts", f"{OCTOBER}&page=2"))
    printed = ROW.findall(page_of(desk, "receipts", f"{OCTOBER}&print=1"))
    filed = [str(row["登记序号"]) for row in rows_of(sheet_of(desk, "receipts"))]
    assert shown == printed == filed
    assert len(set(filed)) == 53


def test_days_are_days_in_shanghai(door, chain):
    supplied(chain, "R1", "06 00:30")
    desk = sit(door)
    assert "1 条记录" in page_of(desk, "receipts", "from=2026-10-06&to=2026-10-06")
    assert "0 条记录" in page_of(desk, "receipts", "from=2026-10-05&to=2026-10-05")
    assert "1 条记录" in page_of(desk, "receipts", "")


@pytest.mark.parametrize("days", ["from=2026-10-31&to=2026-10-01", "from=gestern", "to=9999-12-31"])
def test_days_that_are_no_period_are_told(door, days):
    desk = sit(door)
    answer = desk.get(f"/desk/ledgers?{days}")
    assert (answer.status_code, "起止日期不对" in answer.text) == (400, True)
    assert desk.get(f"/desk/ledgers/receipts.xlsx?{days}").status_code == 400


def test_an_unknown_ledger_names_those_there_are(door):
    desk = sit(door)
    assert desk.get("/desk/ledgers?ledger=nothing").status_code == 404
    assert "receipts" in desk.get("/desk/ledgers/nothing.xlsx").text


def test_a_ledger_is_read_in_english(door, chain):
    supplied(chain)
    desk = sit(door)
    page = page_of(desk, "receipts", f"{OCTOBER}&lang=en")
    assert "records: 1" in page
    assert "In force" in page


def test_a_file_that_does_not_hold_all_says_so(door, chain):
    for batch in ("R1", "R2", "R3"):
        supplied(chain, batch)
    target, party = BytesIO(), made.uscc(MILL)
    actor, ledger = Actor("test", party), LEDGERS["receipts"]
    period = Period(date(2026, 10, 1), date(2026, 10, 31))
    words = partial(say, "zh-CN")
    write_ledger(door.platform.transactions, actor, ledger, period, target, words, most=2)
    records, about = load_workbook(target).worksheets
    *rows, last = records.iter_rows(min_row=2, values_only=True)
    assert len(rows) == 2
    assert "共 3 条记录，这里只有前 2 条" in last[1]
    told = {row[0]: row[1] for row in about.iter_rows(values_only=True)}
    assert (told["期间内记录数"], told["本文件记录数"]) == (3, 2)
    assert told["不是全部"] == last[1]
