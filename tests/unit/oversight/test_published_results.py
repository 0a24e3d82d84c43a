"""What of a check is published: the record that stands of each department, and its last re-check."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from trace.oversight.deadlines import Deadline
from trace.oversight.duties import DUE, OVERDUE, by_deadlines
from trace.oversight.visits.counted import VisitRecord
from trace.oversight.visits.orders import PUBLISHING
from trace.rules import load
from trace.store.visits.visits import VisitEvent
from trace.usecases.visits.published_results import results_of

NOW = datetime(2026, 10, 24, 4, tzinfo=UTC)
DAY = date(2026, 9, 14)


def record(name: str, department: str, result: str, replaces: str = "") -> VisitRecord:
    by = date(2026, 10, 1) if result == "to_rectify" else None
    return VisitRecord(
        name, "XC-1", "joint", department, f"urn:{department}", "urn:uscc:x", "310151", DAY, result, ("1",),
        0, by, replaces, NOW,
    )  # fmt: skip


def rechecked(department: str, outcome: str, days: int) -> VisitEvent:
    at = NOW + timedelta(days=days)
    return VisitEvent("XC-1", days, "rechecked", department, at, detail={"outcome": outcome})


def test_a_replaced_record_is_not_shown_and_each_order_has_its_own_last_recheck() -> None:
    records = [
        record("a", "market", "conforms"),
        record("b", "agriculture", "to_rectify"),
        record("c", "market", "to_rectify", replaces="a"),
    ]
    events = [rechecked("market", "not-rectified", 1), rechecked("market", "rectified", 2)]
    agri, market = results_of(records, events, {"urn:market": "市场监管局"})
    assert (agri.result, agri.rechecked, agri.settled, agri.replaced) == ("to_rectify", "", False, False)
    assert (market.authority, market.result, market.replaced) == ("市场监管局", "to_rectify", True)
    assert (market.rechecked, market.settled) == ("rectified", True)


def test_nothing_is_late_to_be_published_whose_days_off_are_not_announced() -> None:
    rule = load().at(PUBLISHING, NOW.date())
    past = NOW - timedelta(days=1)
    sure, unsure = (Deadline(past, past.date(), "working", provisional) for provisional in (False, True))
    states = [
        by_deadlines("visit-results", rule, each, NOW, "/office/visits", ["XC-1"])
        for each in ([unsure], [unsure, sure])
    ]
    assert [(one.state, one.overdue, one.count) for one in states] == [(DUE, 0, 1), (OVERDUE, 1, 2)]
