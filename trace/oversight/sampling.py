"""Sampling: who has to go with it, what is not repeated below a higher authority, clocks, and the summary.

The kinds of plans and their signals are those of the Sichuan draft on joined inspection and sampling, with
the wishes of shoppers (你点我检) beside them. Which goods want an officer is rule R47: a profile without it
asks for none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.errors import CheckedAbove, CustodyUnfit, SamplingOfficerMissing, SummaryTooEarly
from trace.ledger.canonical import JsonValue, encode
from trace.oversight.casework.clocks import AGRICULTURE, OVERDUE, CaseClock, clock_of
from trace.oversight.deadlines import deadline
from trace.oversight.official_acts import Sample
from trace.rules import Rules

PLAN_KINDS: Final = ("annual", "follow_up", "special", "monitoring")
"""年度抽检, 跟踪抽检, 专项抽检, 风险监测."""
SIGNALS: Final = ("daily", "sampling", "enforcement", "complaint", "opinion", "wish")
"""日常监管, 抽检监测, 稽查执法, 投诉举报, 舆情监测; and 你点我检."""
FITTING: Final[Mapping[str, str]] = {
    "daily": "special",
    "sampling": "follow_up",
    "enforcement": "special",
    "complaint": "special",
    "opinion": "monitoring",
    "wish": "annual",
}
"""Signal -> the kind of plan that is proposed for it."""
HANDED_OVER: Final = "handed_over"
RECEIVED: Final = "received"
SEAL_BROKEN: Final = "seal_broken"
CUSTODY: Final = (HANDED_OVER, RECEIVED, SEAL_BROKEN)
"""What is noted of a sealed sample on its way: given to the carrier, received by the laboratory, seal found
broken."""
SUMMARY: Final = "greentrace/test-summary/1"
_LIMIT: Final = 16 * 1024 * 1024
_OFFICER: Final = "R47"
_REPEAT: Final = "R44"
_SUMMED: Final = "R36"
_NAMED: Final = {"produce": "食用农产品", "imported_cold_chain": "进口冷链"}
"""Kind of goods -> as rule R47 names it."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a higher authority checked at the same firm: when, and which items."""

    authority: str
    at: datetime
    items: frozenset[str]


@dataclass(frozen=True, slots=True)
class CustodyStep:
    """One step of a sample on its way; `happened_at` is stated, `noted_at` is when it was written."""

    event: str
    happened_at: datetime
    noted_at: datetime
    person: str
    party: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that speaks for a sampling: what of, how often it was said, and where it is found."""

    signal: str
    product: str
    party: str
    weight: int
    refs: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        return FITTING[self.signal]


def require_officer(rules: Rules, day: date, goods: str, accompanied: str) -> None:
    """Raises `SamplingOfficerMissing` where R47 wants an officer with the samplers and none is named."""
    rule = rules.find(_OFFICER, day)
    if rule is not None and _NAMED.get(goods) in rule.items and not accompanied:
        raise SamplingOfficerMissing(goods=goods, clause=rule.cited)


def require_not_checked_above(
    rules: Rules,
    now: datetime,
    items: Collection[str],
    earlier: Iterable[Earlier],
    cause: str,
    words: Mapping[str, str] | None = None,
) -> None:
    """Raises `CheckedAbove` for items that a higher authority checked within the time of R44, without cause.

    A suspected breach or a plain hazard is a cause (食品生产经营监督检查管理办法 §42). `words`: item -> how
    people call it, where they call it otherwise.
    """
    rule = rules.find(_REPEAT, day_in_shanghai(now))
    if rule is None or cause.strip():
        return
    for one in earlier:
        again, ends = sorted(one.items.intersection(items)), deadline(rule, one.at)
        if again and one.at <= now and ends.met_at(now):
            until = ends.last_day.isoformat()
            again = [(words or {}).get(item, item) for item in again]
            raise CheckedAbove(items=again, by=one.authority, until=until, clause=rule.cited)


def require_custody(steps: Sequence[CustodyStep], event: str, at: datetime, taken: datetime) -> None:
    """Raises `CustodyUnfit` for a step that does not follow: before the last one, or after the laboratory."""
    done = {one.event for one in steps}
    last = max((one.happened_at for one in steps), default=taken)
    again = event != SEAL_BROKEN and event in done
    if event not in CUSTODY or again or (event == HANDED_OVER and RECEIVED in done) or at < last:
        raise CustodyUnfit(event=event)


def received_at(steps: Sequence[CustodyStep]) -> datetime | None:
    """When the laboratory had the sample."""
    return next((one.happened_at for one in steps if one.event == RECEIVED), None)


def sample_clocks(
    rules: Rules, sample: Sample, steps: Sequence[CustodyStep], now: datetime
) -> tuple[CaseClock, ...]:
    """Agriculture: R29 from the sampling on. Market: R61 to the laboratory, R30 from its receipt on."""
    taken, received = sample.taken_at, received_at(steps)
    if taken is None:
        return ()
    if sample.department == AGRICULTURE:
        wanted = [("lab-report", "R29", taken, sample.result_at)]
    else:
        wanted = [("to-lab", "R61", taken, received or sample.result_at)]
        if received is not None:
            wanted.append(("lab-report", "R30", received, sample.result_at))
    return tuple(
        clock_of(duty, rule, since, done, now)
        for duty, rule_id, since, done in wanted
        if (rule := rules.find(rule_id, day_in_shanghai(since))) is not None
    )


def is_overdue(clocks: Iterable[CaseClock]) -> bool:
    return any(one.state == OVERDUE for one in clocks)


def summed_month(rules: Rules, today: date) -> str:
    """The month (YYYY-MM) whose summary can be made: this one from the day of R36 on, before it the last."""
    rule = rules.find(_SUMMED, today)
    month = (
        today if rule is None or today.day >= int(rule.number) else today.replace(day=1) - timedelta(days=1)
    )
    return month.isoformat()[:7]


def require_summed_day(rules: Rules, month: str, today: date) -> None:
    """Raises `SummaryTooEarly` before the day of the month on which R36 has it summed up."""
    first = date.fromisoformat(f"{month}-01")
    rule = rules.find(_SUMMED, today)
    begins = first.replace(day=int(rule.number) if rule is not None else 1)
    if today < begins:
        raise SummaryTooEarly(month=month, begins=begins.isoformat())


def summary_document(
    month: str, area: str, department: str, samples: Iterable[Sample], overdue: Collection[str]
) -> dict[str, JsonValue]:
    """The tests of a month as lists of records: taken in it, results of it, waiting; figures are lengths.

    It holds no moment: equal lists make equal bytes, so that nothing new is no new revision.
    """
    every = sorted(samples, key=lambda one: (one.taken_at is None, one.taken_at, one.record))
    taken = [one.record for one in every if one.day.isoformat()[:7] == month]
    found: list[JsonValue] = [
        {"record": one.record, "number": one.number, "report": one.report, "result": one.result}
        for one in every
        if one.result_at is not None and day_in_shanghai(one.result_at).isoformat()[:7] == month
    ]
    waiting = [one.record for one in every if not one.result]
    return {
        "document": SUMMARY,
        "month": month,
        "area": area,
        "department": department,
        "taken": list(taken),
        "results": found,
        "waiting": list(waiting),
        "overdue": [one for one in waiting if one in overdue],
    }


def summary_hash(document: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical bytes, hex."""
    return hashlib.sha256(encode(dict(document), limit=_LIMIT)).hexdigest()
