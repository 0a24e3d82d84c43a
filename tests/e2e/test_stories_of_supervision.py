"""Stories 7 and 9 as the bureau sees them: two weights of one load, and a firm that fails again and again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders import orders
from tests.builders.cases import FAILED, accredit, fail
from tests.builders.members import add_member
from tests.builders.traced_chain import K1, LAB, MILL, P1, TracedChain
from tests.e2e.desk_browser import browsing, enter, follow, look
from tests.servers.door import Door
from trace.access.roles import AUTHORITY
from trace.usecases.intake.receipt import Receipt

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@contextmanager
def sat_down(chromium: Browser, door: Door, role: str) -> Iterator[Page]:
    """Somebody of the bureau at the office's overview."""
    add_member(door.platform.transactions, AUTHORITY, [role], f"a-{role}")
    server = make_server("127.0.0.1", 0, door.app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.port}"
    try:
        with browsing(chromium, 1440) as page:
            enter(page, base, f"a-{role}", "/office")
            yield page
    finally:
        server.shutdown()


def test_story_7_two_weights_of_one_load_both_stand(tmp_path, databases, chromium) -> None:
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        chain = TracedChain(door, door.clock)
        accredit(chain)
        harvest = chain.harvest("H2", 18_400)
        sent = chain.ship("C2", 18_400, harvest, by=made.COOPERATIVE, to=MILL, at="06 08:00")
        chain.receive("R1", 18_550, sent, at="06 09:00")
        chain.produce("M1", [("R1", 10_000)], [("P1", 7_000)], loss=3_000)
        chain.release(P1)
        chain.pack("K1", 5_000, P1)
        fail(chain)
        with sat_down(chromium, door, "case-officer") as page:
            follow(page, "section[aria-labelledby=due] a[href*='AJ2026-00001']")
            shown = page.locator("section[aria-labelledby=disputes]").inner_text()
            assert "18400" in shown.replace(" ", "")
            assert "18550" in shown.replace(" ", "")
            assert page.locator("section[aria-labelledby=disputes] a").count() == 2, "neither is overwritten"
            look(page)


def year_before(chain: TracedChain) -> None:
    """A lot of the year before that was sampled and failed, stated late."""
    at, lot = datetime.fromisoformat("2025-11-03T10:00:00+08:00"), made.lot(MILL, "R0")

    def late(code: str, typ: str, data: dict[str, Any]) -> str:
        statement = chain.signers[code].state(typ, lot, data, at=at)
        (outcome,) = chain.platform.accept(statement)
        assert isinstance(outcome, Receipt), outcome
        return statement.statement_id

    receipt = made.a_receipt(lot=lot, receivedAt=at.isoformat(), handover=made.ABSENT)
    late(MILL, "food.receipt", receipt)
    sampled = late(made.BUREAU, "oversight.sampling", orders.a_sampling(lot))
    when = {"sampledAt": at.isoformat(), "testedAt": at.isoformat()}
    said = {"conclusion": "fail", "items": FAILED, "reportNo": "SH-2025-J-1", "basis": sampled, **when}
    tested = made.a_report(lot=lot, purpose="sampling", **said)
    late(LAB, "lab.report", tested)


@pytest.mark.requirement("S3-42")
def test_story_9_a_firm_that_fails_again_is_a_major_problem(tmp_path, databases, chromium) -> None:
    """Two years one after the other, and three lots of one year (R24, in the profile whose draft has it)."""
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages, profile="CN-51") as door:
        chain = TracedChain(door, door.clock)
        accredit(chain)
        year_before(chain)
        chain.packed_rice()
        for number, lot in enumerate((P1, K1, made.lot(MILL, "R1")), 2):
            fail(chain, lot, f"2{number} 10:00", reportNo=f"SH-2026-J-{number}")
        with sat_down(chromium, door, "case-reviewer") as page:
            assert page.locator("section[aria-labelledby=due] .tag.danger").count() >= 1
            follow(page, "section[aria-labelledby=due] a[href*='AJ2026-00004']")
            lead = page.inner_text("p.lead")
            assert "同一年" in lead, lead
            assert "连续" in lead, lead
            look(page)
