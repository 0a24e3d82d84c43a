"""A visit holds on paper and as a table what the page does; what its inspector signs is said in words."""

from __future__ import annotations

import io

import openpyxl
import pytest

from scanner_web.frame.reader import Reader
from scanner_web.regulator.visit_files import ends, item_lines, visit_pdf, visit_xlsx
from tests.builders import visits
from tests.builders.traced_chain import TracedChain
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.usecases.signing.batches import open_batch
from trace.usecases.visits.known_as import known_as
from trace.usecases.visits.read_visit import read_visit

ZH, EN = (Reader(one, large=False, chosen=False, query=()) for one in ("zh-CN", "en"))


@pytest.mark.requirement("S0-17")
def test_a_visit_leaves_with_every_item_each_finding_and_who_signed(databases):
    with TestPlatform(databases.migrated("sqlite"), SteppingClock()) as platform:
        chain = TracedChain(platform, platform.transactions.clock)
        visits.registered(chain)
        transactions, market = platform.transactions, visits.of_market(platform.transactions, "li")
        visits.of_agriculture(transactions, "wang", "case-officer")
        number = visits.opened(transactions, market)
        found = {"answers": visits.answers("market-12", ["market-check-11"]), "result": "to_rectify"}
        visits.filled(transactions, market, number, "market", **found, rectify_by="2026-11-20")
        record = visits.signed(chain, market, number)
        seen = read_visit(transactions, market, number)
        drafted = next(one.detail["batch"] for one in seen.events if one.event == "drafted")
        batch = open_batch(transactions, market.party, drafted)
        known = known_as(transactions, batch)

    data = batch.drafts[0].content["data"]
    assert known[data["party"]].zh
    assert known["market-12"].zh == "食品生产活动监督检查表（市场监管部门）"
    assert known["market-check-11"].en == "recording and tracing of information"
    assert set(data["items"]) <= set(known)
    own = next(one for one in seen.parts if one.part.department == "market")
    lines = list(item_lines(ZH, own))
    assert [one[0] for one in lines] == [one.zh for one in own.items]
    assert [one[1:3] for one in lines if one[2]] == [("否", "台账缺 3 天")]
    told = dict(ends(ZH, seen, own))
    assert record in told["签名记录"]
    assert told["整改期限"] == "2026-11-20"
    other = next(one for one in seen.parts if one.part.department == "agriculture")
    assert {one[1] for one in item_lines(ZH, other)} == {"未填写"}, "what nobody filled in says so"
    assert dict(ends(ZH, seen, other))["签名记录"] == "未签名"

    book = openpyxl.load_workbook(io.BytesIO(visit_xlsx(EN, seen)))
    rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    assert len(rows) == len(own.items) + len(other.items)
    assert [row[3] for row in rows if row[3]] == ["台账缺 3 天"]
    about = "\n".join(str(row) for row in book.worksheets[1].iter_rows(values_only=True))
    assert record in about
    assert "2026-11-20" in about
    assert visit_pdf(ZH, seen).startswith(b"%PDF-")
