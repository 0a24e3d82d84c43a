"""A firm's duties by rule: how many things wait, until when, by which counting and clause, and what is late.

Clock hours, natural days and working days are counted apart. A duty without a limit in any text has no end,
and is never called overdue; what follows from the absence of a record is in doubt and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from trace.calendar.shanghai import SHANGHAI_TIME
from trace.oversight.deadlines import Deadline, deadline
from trace.rules import Rule

STOP: Final = "stop"
DUE: Final = "due"
OVERDUE: Final = "overdue"
OPEN: Final = "open"
QUESTION: Final = "question"
STATES: Final = (STOP, OVERDUE, DUE, OPEN, QUESTION)
"""Stop: food that people should not eat, before all else. Overdue: its limit has ended. Due: it has one.
Open: no text sets one. Question: whether anything is to be done only the firm knows, so that nothing is
late."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty: its slug, how many things wait, until when the first of them, and of how many the limit ended.

    `doubtful`: that something is missing follows from no record of it.
    """

    slug: str
    count: int
    state: str
    address: str
    rule: str = ""
    clause: str = ""
    counting: str | None = None
    ends: datetime | None = None
    last_day: date | None = None
    provisional: bool = False
    overdue: int = 0
    named: str | None = None
    doubtful: bool = False
    asked_at: datetime | None = None
    """Of a question, the newest of what it asks about."""
    things: tuple[str, ...] = ()
    newest: int = 0
    """What the waiting things are known by, each, or by the newest of them (`notice_kinds.Waits`)."""
    lots: tuple[tuple[str, str], ...] = ()
    """Name and urn of the goods that are meant, where each is to be opened by itself."""


def open_duty(
    slug: str,
    count: int,
    address: str,
    rule: Rule | None = None,
    named: str | None = None,
    *,
    doubtful: bool = False,
    things: Iterable[str] = (),
    newest: int = 0,
) -> Duty:
    """A duty for which no text sets a limit."""
    clause = rule.cited if rule is not None else ""
    return Duty(
        slug, count, OPEN, address, rule.id if rule else "", clause, named=named, doubtful=doubtful,
        things=tuple(things), newest=newest,
    )  # fmt: skip


def by_limit(
    slug: str, rule: Rule, starts: Sequence[datetime], now: datetime, address: str, *, doubtful: bool = False
) -> Duty:
    """A duty whose limit counts from each of these moments (one at least)."""
    ends = sorted((deadline(rule, start) for start in starts), key=lambda each: each.ends)
    return replace(
        _limited(slug, rule, ends, now, address, doubtful=doubtful),
        things=tuple(str(start.timestamp()) for start in starts),
    )


def question(slug: str, rule: Rule, starts: Sequence[datetime], address: str) -> Duty:
    """A question about each of these moments (one at least); by the rule a change would have a limit."""
    return Duty(
        slug, len(starts), QUESTION, address, rule.id, rule.cited, doubtful=True, asked_at=max(starts),
        things=tuple(str(start.timestamp()) for start in starts),
    )  # fmt: skip


def by_days(
    slug: str,
    rule: Rule | None,
    last_days: Iterable[date],
    now: datetime,
    address: str,
    *,
    doubtful: bool = False,
    things: Iterable[str] = (),
) -> Duty:
    """A duty that is to be done by the end of each of these days (one at least)."""
    days = sorted(last_days)
    ends = [
        Deadline(
            datetime.combine(day + timedelta(days=1), time(), SHANGHAI_TIME),
            day,
            "natural",
            provisional=False,
        )
        for day in days
    ]
    known = tuple(things) or tuple(day.isoformat() for day in days)
    return replace(_limited(slug, rule, ends, now, address, doubtful=doubtful), things=known)


def by_deadlines(
    slug: str, rule: Rule, ends: Iterable[Deadline], now: datetime, address: str, things: Iterable[str]
) -> Duty:
    """A duty with these limits (one at least); none is late whose days off are not announced yet."""
    found = sorted(ends, key=lambda each: each.ends)
    late = sum(not one.met_at(now) and not one.provisional for one in found)
    limited = _limited(slug, rule, found, now, address, doubtful=False)
    return replace(limited, state=OVERDUE if late else DUE, overdue=late, things=tuple(things))


def _limited(
    slug: str, rule: Rule | None, ends: Sequence[Deadline], now: datetime, address: str, *, doubtful: bool
) -> Duty:
    first = ends[0]
    over = sum(not one.met_at(now) for one in ends)
    return Duty(
        slug,
        len(ends),
        OVERDUE if over else DUE,
        address,
        rule.id if rule is not None else "",
        rule.cited if rule is not None else "",
        first.counting,
        first.ends,
        first.last_day,
        first.provisional,
        over,
        doubtful=doubtful,
    )


def in_order(duties: Iterable[Duty]) -> list[Duty]:
    """What is to be stopped first, then what is overdue, what ends soonest, and what has no end."""
    far = datetime.max.replace(tzinfo=SHANGHAI_TIME)
    return sorted(duties, key=lambda one: (STATES.index(one.state), one.ends or far, one.slug))
