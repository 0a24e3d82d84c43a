"""Clocks of a case: each limit with its rule, since when it runs, when it ends, and how it stands.

They start from records and steps, never from somebody's opening a page. A limit whose text has no number
(及时, 立即) is shown in its words and never counts as kept. A year whose days off are not announced makes a
clock provisional.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.errors import Refusal
from trace.oversight.casework.table import ENDED, INVESTIGATING, NOTIFIED, OBJECTED, RETESTING, TRANSFERRING
from trace.oversight.deadlines import COUNTINGS, Deadline, deadline
from trace.rules import Rule, Rules

MET: Final = "met"
LATE: Final = "late"
RUNNING: Final = "running"
OVERDUE: Final = "overdue"
UNCOUNTED: Final = "uncounted"
"""The rule has no number of hours or days, or no calendar tells its days off."""

AGRICULTURE: Final = "agriculture"
RESULT: Final = "result"
"""The ground of an objection to the result itself: a re-test is asked for."""
_REVIEWS: Final = {"process": "decide_process"}
"""Ground of another objection -> its review in rule R66, where that is not the review of facts."""


@dataclass(frozen=True, slots=True)
class CaseTimes:
    """The moments from which clocks run: four that a failing result sets, and those of steps (event -> when).

    `result`: the laboratory's conclusion; `received`: the log took it; `opened`: first seen by a person.
    """

    result: datetime
    received: datetime
    opened: datetime | None
    steps: tuple[tuple[str, datetime], ...] = ()
    assisting: tuple[tuple[datetime, datetime | None], ...] = ()
    """When each office was asked for assistance, and when it answered."""
    ground: str = RESULT
    """On which ground the firm objected last."""
    sourced: bool = False
    """Whether an authority's word began it, of a clue that was found at `result`, and no failing test."""

    def at(self, event: str) -> datetime | None:
        """When an event last happened."""
        return next((when for name, when in reversed(self.steps) if name == event), None)

    def after(self, since: datetime | None, *events: str) -> datetime | None:
        """When the last of these events happened, where that was not before a moment."""
        if since is None:
            return None
        return max((when for name, when in self.steps if name in events and when >= since), default=None)

    @property
    def objected(self) -> datetime | None:
        """When the last objection came: from the firm itself, or entered from paper."""
        return max(filter(None, map(self.at, ("object", "objection-filed"))), default=None)


@dataclass(frozen=True, slots=True)
class CaseClock:
    """One limit: `duty` names what has to be done by it."""

    duty: str
    rule: Rule
    state: str
    since: datetime
    ends: Deadline | None = None
    done: datetime | None = None


def case_clocks(
    rules: Rules, state: str, times: CaseTimes, department: str, *, urgent: bool, now: datetime
) -> tuple[CaseClock, ...]:
    """The clocks of a case as they stand at `now`, the soonest end first."""
    found = list(_clocks(rules, state, times, department, urgent=urgent, now=now))
    return tuple(sorted(found, key=lambda one: (one.ends is None, one.ends.ends if one.ends else now)))


def is_due(rules: Rules, state: str, times: CaseTimes, now: datetime) -> bool:
    """Whether a case is one of those whose handling is due: it has ended, or the time for it is over.

    Nothing is gained by beginning late: a case that nobody has begun counts from its receipt. One whose
    limit cannot be counted is due, for else it would never be.
    """
    since = _begun(times) or times.received
    on = day_in_shanghai(since)
    rule = rules.find("R70", on, step="decision") if times.sourced else rules.find("R26", on)
    ends = _ends(rule, since) if rule is not None else None
    return state in ENDED or ends is None or not ends.met_at(now)


def window_end(rules: Rules, times: CaseTimes, department: str) -> datetime | None:
    """When the right to object ends, counted from the delivery of the result; None before, or uncounted."""
    told = times.at("notify")
    rule = rules.find("R31", day_in_shanghai(told), **side_of(department)) if told is not None else None
    ends = _ends(rule, told) if rule is not None and told is not None else None
    return ends.ends if ends is not None else None


def retest_end(rules: Rules, times: CaseTimes) -> datetime | None:
    """Until when the laboratory of the re-test that was ordered last has to report; None where uncounted."""
    ordered = times.at("retest-ordered")
    rule = rules.find("R65", day_in_shanghai(ordered), step="result") if ordered is not None else None
    ends = _ends(rule, ordered) if rule is not None and ordered is not None else None
    return ends.ends if ends is not None else None


def _clocks(
    rules: Rules, state: str, times: CaseTimes, department: str, *, urgent: bool, now: datetime
) -> Iterator[CaseClock]:
    over = state in ENDED
    told, begun = times.at("notify"), _begun(times)
    first = told or begun
    objected = times.objected if state == OBJECTED else None
    accepted = times.after(objected, "accept-objection", "retest-ordered")
    to_result = times.ground == RESULT
    handled = begun or (times.at("reopen") if state == INVESTIGATING else None)
    # Both limits of a clue are of the market bureaus' procedure; none of the other department is known here.
    sourced = times.sourced and department != AGRICULTURE
    wanted: tuple[tuple[str, str, dict[str, str], datetime | None, datetime | None], ...] = (
        ("report-urgent", "R23", {}, times.received if urgent else None, first),
        ("filing", "R70", {"step": "filing"}, times.result if sourced else None, begun),
        ("deliver", "R63", {}, None if times.sourced else times.received, told or begun),
        ("start", "R25", {}, None if times.sourced else times.received, begun),
        ("window", "R31", side_of(department), told if state == NOTIFIED else None, None),
        ("decide-objection", "R65" if to_result else "R66", {"step": "accept"}, objected, accepted),
        ("choose-laboratory", "R65", {"step": "choose"}, accepted if to_result else None,
         times.after(objected, "retest-ordered")),
        ("review-objection", "R66", {"step": _REVIEWS.get(times.ground, "decide_facts")},
         None if to_result else accepted, None),
        ("retest", "R65", {"step": "result"},
         times.at("retest-ordered") if state == RETESTING else None, None),
        ("decision", "R70", {"step": "decision"}, handled if sourced else None, times.at("closing-signed")),
        ("finish", "R26", {}, None if times.sourced else handled, times.at("closing-signed")),
        ("designate", "R70", {"step": "designate"},
         times.at("report-competence") if state == TRANSFERRING else None, None),
        *(("assist", "R70", {"step": "assist"}, asked, answered) for asked, answered in times.assisting),
    )  # fmt: skip
    for duty, rule_id, when, since, done in wanted:
        if since is None:
            continue
        rule = rules.find(rule_id, day_in_shanghai(since), **when)
        if rule is None or (over and done is None):
            continue
        yield clock_of(duty, rule, since, done, now)


def _begun(times: CaseTimes) -> datetime | None:
    """When its handling began: by whoever has it now, else by who had it first."""
    return times.at("investigate") or times.at("receive-transfer") or times.at("designate")


def side_of(department: str) -> dict[str, str]:
    """What tells the windows of produce from those of food."""
    return {"side": "agri"} if department == AGRICULTURE else {}


def clock_of(duty: str, rule: Rule, since: datetime, done: datetime | None, now: datetime) -> CaseClock:
    """One limit as it stands at `now`; `done`: when its duty was fulfilled, None while it is not."""
    ends = _ends(rule, since)
    if ends is None:
        return CaseClock(duty, rule, MET if done else UNCOUNTED, since, None, done)
    if done is not None:
        return CaseClock(duty, rule, MET if ends.met_at(done) else LATE, since, ends, done)
    return CaseClock(duty, rule, RUNNING if ends.met_at(now) else OVERDUE, since, ends)


def _ends(rule: Rule, since: datetime) -> Deadline | None:
    if rule.unit not in COUNTINGS:
        return None
    try:
        return deadline(rule, since)
    except Refusal:
        return None
