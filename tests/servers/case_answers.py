"""What the routes of cases answer, about one case of the platform of edition 1."""

from __future__ import annotations

from datetime import timedelta

from tests.builders.edition_one import END
from tests.servers.api_answers import K4, MILL, Questions
from trace.store.casework.cases import CaseRow, EventRow, add_case, add_event


def ask_about_cases(asked: Questions) -> None:
    """One about the lot K4, as a failing result would have opened it."""
    number, at = "AJ2026-00001", END - timedelta(hours=20)
    row = CaseRow(
        *(number, K4, "A" * 43, "SH-2026-J-1", "镉 0.27 mg/kg（0.2 mg/kg）", "sampling", MILL),
        *("market", "310151", False, ("lots",), "opened", 1, "", "", "", at, at),
    )
    with asked.platform.transactions.begin("test") as tx:
        add_case(tx.connection, row)
        opened = EventRow(number, 1, "open", "", "opened", at, party=MILL, detail={"reportNo": row.report_no})
        add_event(tx.connection, opened)
    why, case = "purpose=daily%20check", f"/api/v1/cases/{number}"
    for by in ("bureau", "mill"):
        asked.ask(f"/api/v1/cases?{why}", by)
        asked.ask(f"{case}?{why}", by)
        asked.ask(f"{case}/papers/{'0' * 64}?{why}", by)
        asked.ask(f"{case}/steps", by, "POST", {"key": "k" * 24, "version": 1, "event": "take", "why": "-"})
    source = {"key": "s" * 24, "source": "inspection", "purpose": "巡查发现", "foundOn": "2026-10-12"}
    for by in ("bureau", "mill"):
        asked.ask("/api/v1/cases", by, "POST", source)
    for by in ("bureau", "mill"):
        asked.ask(f"/api/v1/disputes?{why}", by)
    asked.ask("/api/v1/cases", "bureau")
    asked.ask(f"/api/v1/cases?{why}&overdue=true&state=opened&area=310151", "bureau")
