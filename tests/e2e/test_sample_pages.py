"""Pages of sampling without a browser: a sheet is filled in, refused with what was typed, listed."""

from __future__ import annotations

from io import BytesIO

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders import orders
from tests.builders.cases import accredit
from tests.builders.members import add_member, signed_in
from tests.builders.traced_chain import K1, TracedChain
from tests.servers.door import Door
from trace.access.roles import AUTHORITY

TYPED = {
    "lot": K1, "place": "成品库", "medication": "未用药", "items": "镉", "goods": "other", "sheetNo": "XC-1",
    "sampleNo": "YP-1", "seal": "FQ-1", "officers": "31011500123 31011500124", "plan": "annual",
}  # fmt: skip


def photo() -> tuple[BytesIO, str]:
    return BytesIO(b"\xff\xd8\xff a photograph"), "a.jpg"


@pytest.fixture
def door(tmp_path, database_url):
    with Door(tmp_path, database_url, pages=create_pages) as opened:
        chain = TracedChain(opened, opened.clock)
        accredit(chain)
        chain.packed_rice()
        opened.chain = chain
        add_member(opened.platform.transactions, AUTHORITY, ["case-officer"], "chenban")
        yield opened


@pytest.mark.requirement("S1-28", "S1-35", "S2-18")
def test_a_sheet_is_filled_in_on_the_page_and_waits_to_be_signed(door):
    desk = signed_in(door.platform, door.app.test_client(), "chenban")
    assert "采样单" in desk.get("/office/samples/new").text
    refused = desk.post("/office/samples/new", **{**TYPED, "seal": " "}, photos=photo())
    assert refused.status_code == 422
    assert "封条编号" in refused.text
    assert 'value="成品库"' in refused.text
    sent = desk.post("/office/samples/new", **TYPED, photos=photo())
    assert sent.status_code == 303
    page = desk.get(sent.headers["Location"])
    assert page.status_code == 200
    assert "YP-1" in page.text


@pytest.mark.requirement("S1-29", "S1-30", "S3-40")
def test_samples_and_the_plan_are_read_and_worked_on(door):
    record = door.chain.state(made.BUREAU, "oversight.sampling", K1, orders.a_sheet(K1), "18 10:00")
    desk = signed_in(door.platform, door.app.test_client(), "chenban")
    listed = desk.get("/office/samples")
    assert "YP20261018-001" in listed.text
    assert "送达检测机构" in listed.text
    assert desk.get(f"/office/samples/{record}").status_code == 200
    assert desk.post(f"/office/samples/{record}/steps", event="received").status_code == 303
    assert "出检测报告" in desk.get(f"/office/samples/{record}").text
    again = desk.post(f"/office/samples/{record}/steps", event="received")
    assert (again.status_code, "环节接不上" in again.text) == (409, True)
    assert desk.get("/office/samples/unknown").status_code == 404
    assert desk.get("/office/samples/photos/" + "0" * 64).status_code in {404, 422}
    desk.get("/office/samples")
    assert desk.post("/office/samples/summary", month="2026-10").status_code == 422
    assert "<small>2026-09</small>" in desk.get("/office/samples").text, "until the 25th, the month before"
    assert desk.post("/office/samples/summary", month="2026-09").status_code == 303
    frozen = desk.get("/office/samples").text
    assert "已冻结，待另一人复核" in frozen
    digest = frozen.split('<span class="mono">')[-1].split("<")[0]
    refused = desk.post(f"/office/samples/summary/{digest}", step="approve")
    assert refused.status_code in {403, 409}, "the person who froze it"
    desk.get("/office/sampling-plan")
    item = {
        "kind": "annual",
        "signal": "daily",
        "product": "大米",
        "items": "镉",
        "count": "2",
        "year": "2026",
    }
    assert desk.post("/office/sampling-plan", **item, quarter="4", reason="抽检计划").status_code == 303
    planned = desk.get("/office/sampling-plan?year=2026").text
    assert "已抽 0，计划 2" in planned
    unfit = desk.post("/office/sampling-plan", **{**item, "count": "0"}, quarter="4", reason="抽检计划")
    assert unfit.status_code == 422
