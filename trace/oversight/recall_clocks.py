"""Clocks of a firm's recall by the text in force on the day on which the risk was found.

Which text holds follows from that day alone, however long the recall takes. 食品召回管理办法 of 2015 (§13,
§18) counts the start from knowing of the risk to the report of the plan, and the end in working days from the
announcement. 食品召回管理办法 of 2026 (§10, §11, §15, §24) wants level, plan, notice, announcement and report
complete in the first limit, and counts the end in natural days from the report of the plan.

A step counts when it was said to happen. In doubt is a clock whose steps were said to be in time and logged
after it, one that hangs on the hour of a day of which only the date is stated, and a start that lacks nothing
but the announcement, which the text of 2026 lets fall where nothing reached consumers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from trace.calendar.shanghai import SHANGHAI_TIME
from trace.oversight.deadlines import Deadline, deadline
from trace.rules import Rule, Rules

START: Final = "start"
FINISH: Final = "finish"
PROGRESS: Final = "progress"
STEPS: Final = (START, FINISH, PROGRESS)

RUNNING: Final = "running"
OVERDUE: Final = "overdue"
MET: Final = "met"
LATE: Final = "late"
DOUBTFUL: Final = "doubtful"
NOT_BEGUN: Final = "not-begun"
WAIVED: Final = "waived"
STATES: Final = (RUNNING, OVERDUE, MET, LATE, DOUBTFUL, NOT_BEGUN, WAIVED)
"""Not begun: what the limit counts from has not happened. Doubtful: see above."""

_BEGUN: Final = "level"
"""The recall itself, which states its level."""
_VOLUNTARY: Final = frozenset({"2", "3"})
"""Levels without progress reports where the firm recalls of its own accord (食品召回管理办法 2026 §24)."""


@dataclass(frozen=True, slots=True)
class Step:
    """When a step was said to happen, and when the log took it."""

    said: datetime
    logged: datetime


@dataclass(frozen=True, slots=True)
class RecallCourse:
    """A recall and its steps. `found`: the moment, or first and last of the day, on which the risk was found;
    `ordered`: by a bureau."""

    level: str
    found: tuple[datetime, datetime]
    begun: Step
    planned: Step | None = None
    notified: Step | None = None
    announced: Step | None = None
    reports: tuple[Step, ...] = ()
    completed: Step | None = None
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """One limit of a recall: its rule, since when it runs, when it ends, and how it stands."""

    step: str
    rule: Rule
    state: str
    since: datetime | None = None
    ends: Deadline | None = None
    done: datetime | None = None


def recall_clocks(rules: Rules, course: RecallCourse, now: datetime) -> tuple[Clock, ...]:
    """The clocks of a recall as they stand at `now`; none for a day without a text."""
    return tuple(_clocks(rules, course, now))


def _clocks(rules: Rules, course: RecallCourse, now: datetime) -> Iterator[Clock]:
    day = course.found[0].astimezone(SHANGHAI_TIME).date()
    start = rules.find("R32", day, level=course.level)
    if start is not None:
        yield _start(rules, start, course, now)
    finish = rules.find("R33", day, level=course.level)
    if finish is not None:
        since = _step(course, rules.at("R74", day, step=FINISH).text)
        yield _clock(FINISH, finish, since.said if since else None, [course.completed], now)
    progress = rules.find("R57", day, level=course.level)
    if progress is not None:
        yield _progress(progress, course, now)


def _start(rules: Rules, rule: Rule, course: RecallCourse, now: datetime) -> Clock:
    first, last = course.found
    asked = rules.at("R74", first.astimezone(SHANGHAI_TIME).date(), step=START).items
    wanted = [_step(course, name) for name in asked]
    at_best = _clock(START, rule, last, wanted, now)
    at_worst = _clock(START, rule, first, wanted, now)
    if at_best.state == MET and at_worst.state != MET:
        return replace(at_best, state=DOUBTFUL)
    waivable = rules.find("R59", first.astimezone(SHANGHAI_TIME).date()) is not None
    if at_best.state == OVERDUE and waivable and wanted.count(None) == 1 and course.announced is None:
        return replace(at_best, state=DOUBTFUL)
    return at_best


def _step(course: RecallCourse, name: str) -> Step | None:
    """The step that the data of the law name."""
    return {
        _BEGUN: course.begun,
        "plan": course.planned,
        "notice": course.notified,
        "announcement": course.announced,
    }[name]


def _clock(step: str, rule: Rule, since: datetime | None, wanted: list[Step | None], now: datetime) -> Clock:
    if since is None:
        return Clock(step, rule, NOT_BEGUN)
    ends = deadline(rule, since)
    taken = [each for each in wanted if each is not None]
    if len(taken) < len(wanted):
        return Clock(step, rule, RUNNING if ends.met_at(now) else OVERDUE, since, ends)
    said = max(each.said for each in taken)
    if not ends.met_at(said):
        return Clock(step, rule, LATE, since, ends, said)
    logged = max(each.logged for each in taken)
    return Clock(step, rule, MET if ends.met_at(logged) else DOUBTFUL, since, ends, said)


def _progress(rule: Rule, course: RecallCourse, now: datetime) -> Clock:
    """The report that is due next; each counts from the one before, the first from the plan."""
    if not course.ordered and course.level in _VOLUNTARY:
        return Clock(PROGRESS, rule, WAIVED)
    if course.planned is None:
        return Clock(PROGRESS, rule, NOT_BEGUN)
    said = sorted(each.said for each in course.reports)
    late = False
    last = course.planned.said
    for report in said:
        late = late or not deadline(rule, last).met_at(report)
        last = max(last, report)
    ends = deadline(rule, last)
    if course.completed is not None:
        missed = late or not ends.met_at(course.completed.said)
        return Clock(PROGRESS, rule, LATE if missed else MET, last, ends, course.completed.said)
    return Clock(PROGRESS, rule, RUNNING if ends.met_at(now) else OVERDUE, last, ends)


def span_of(day: date) -> tuple[datetime, datetime]:
    """The first and the last moment of a day in Shanghai."""
    begins = datetime.combine(day, time(), SHANGHAI_TIME)
    return begins, begins + timedelta(days=1, microseconds=-1)
