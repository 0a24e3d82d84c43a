"""The register of producers of green food (名录库) on a day, and each change of it with its reason.

It is made of what authorities said of the licences to use the mark, and of nothing else: a producer is on it
as long as one of its licences holds. What was said after a day is not known on that day, so an old figure
stays what it was; the history tells what is known now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from trace.quantities import Quantity

ENTERED: Final = "entered"
LEFT: Final = "left"
LICENSED: Final = "licensed"
ENDED: Final = "ended"
CHANGED: Final = "changed"
CANCELLED: Final = "cancelled"
EXPIRED: Final = "expired"
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LicenceSaid:
    """What an authority said of a licence, and on which day it became known here."""

    urn: str
    number: str
    holder: str
    products: tuple[str, ...]
    valid_from: date
    valid_to: date
    cancelled: bool
    output: Quantity | None
    gf_code: str | None
    known_on: date
    statement: str

    def holds_on(self, day: date) -> bool:
        return not self.cancelled and self.valid_from <= day <= self.valid_to


@dataclass(frozen=True, slots=True)
class Producer:
    """A producer on the register with its licences that hold, by number."""

    holder: str
    licences: tuple[LicenceSaid, ...]

    @property
    def products(self) -> frozenset[str]:
        return frozenset(name for one in self.licences for name in one.products)


@dataclass(frozen=True, slots=True)
class Change:
    """What changed for a producer from a day on: `what` is of the producer (entered, left) or of a licence
    (licensed, changed, ended); `reason`, of a leaving or an end, is cancelled or expired."""

    day: date
    holder: str
    what: str
    number: str
    reason: str
    statement: str


def register_on(day: date, said: Iterable[LicenceSaid]) -> tuple[Producer, ...]:
    """The producers on the register at the end of a day, as was known on it; `said` in order of arrival."""
    last = {one.urn: one for one in said if one.known_on <= day}
    held = sorted(
        (one for one in last.values() if one.holds_on(day)), key=lambda one: (one.holder, one.number)
    )
    return tuple(Producer(holder, tuple(each)) for holder, each in groupby(held, key=lambda one: one.holder))


def held_within(first: date, last: date, said: Iterable[LicenceSaid]) -> frozenset[str]:
    """Who was on the register on any day from the first to the last; both count."""
    return frozenset(
        one.holder
        for one, begins, ends in _spells(said)
        if not one.cancelled and max(begins, one.valid_from, first) <= min(ends, one.valid_to, last)
    )


def cancelled_within(first: date, last: date, said: Iterable[LicenceSaid]) -> tuple[LicenceSaid, ...]:
    """What was said in those days that took away a licence which held on the day before."""
    before: dict[str, LicenceSaid] = {}
    found = []
    for one, begins, _ in _spells(said):
        was = before.get(one.urn)
        held = was is not None and was.holds_on(begins - _ONE_DAY)
        if one.cancelled and held and first <= begins <= last:
            found.append(one)
        before[one.urn] = one
    return tuple(found)


def _spells(said: Iterable[LicenceSaid]) -> Iterator[tuple[LicenceSaid, date, date]]:
    """What was said of each licence with the days on which it was the last that was said; of what was said
    twice on a day the last counts."""
    told: dict[str, dict[date, LicenceSaid]] = {}
    for one in said:
        told.setdefault(one.urn, {})[one.known_on] = one
    for days in told.values():
        each = sorted(days)
        for day, following in zip(each, [*each[1:], None], strict=True):
            yield days[day], day, date.max if following is None else following - _ONE_DAY


def changes_of(first: date, last: date, said: Iterable[LicenceSaid]) -> tuple[Change, ...]:
    """What changed from the first to the last day, by day; both count."""
    every = list(said)
    found: list[Change] = []
    holders = sorted({one.holder for one in every})
    for holder in holders:
        urns = {one.urn for one in every if one.holder == holder}
        found += _changes(holder, [one for one in every if one.urn in urns], first, last)
    return tuple(sorted(found, key=lambda one: (one.day, one.holder, one.number, one.what)))


def _changes(holder: str, said: list[LicenceSaid], first: date, last: date) -> Iterator[Change]:
    before = _held(holder, first - _ONE_DAY, said)
    for day in sorted({day for day in _days(said) if first <= day <= last}):
        after = _held(holder, day, said)
        yield from _of_licences(holder, day, before, after, said)
        if after and not before:
            entry = min(after.values(), key=lambda one: one.number)
            yield Change(day, holder, ENTERED, "", "", entry.statement)
        elif before and not after:
            ended = [_end(one, day, said) for one in before.values()]
            reason, statement = min(ended)  # cancelled before expired
            yield Change(day, holder, LEFT, "", reason, statement)
        before = after


def _of_licences(
    holder: str,
    day: date,
    before: dict[str, LicenceSaid],
    after: dict[str, LicenceSaid],
    said: list[LicenceSaid],
) -> Iterator[Change]:
    for urn in sorted({*before, *after}):
        was, now = before.get(urn), after.get(urn)
        if was is None and now is not None:
            yield Change(day, holder, LICENSED, now.number, "", now.statement)
        elif was is not None and now is None:
            reason, statement = _end(was, day, said)
            yield Change(day, holder, ENDED, was.number, reason, statement)
        elif was is not None and now is not None and _content(was) != _content(now):
            yield Change(day, holder, CHANGED, now.number, "", now.statement)


def _days(said: Iterable[LicenceSaid]) -> Iterator[date]:
    """The days on which anything can change."""
    for one in said:
        yield one.known_on
        yield one.valid_from
        if one.valid_to < date.max:
            yield one.valid_to + _ONE_DAY


def _held(holder: str, day: date, said: Iterable[LicenceSaid]) -> dict[str, LicenceSaid]:
    last = {one.urn: one for one in said if one.known_on <= day}
    return {urn: one for urn, one in last.items() if one.holder == holder and one.holds_on(day)}


def _end(was: LicenceSaid, day: date, said: Iterable[LicenceSaid]) -> tuple[str, str]:
    """Why a licence holds no longer for its holder, and the statement that says so: the last about it."""
    newest = [one for one in said if one.urn == was.urn and one.known_on <= day][-1]
    ended_by_word = newest.cancelled or newest.holder != was.holder
    return (CANCELLED if ended_by_word else EXPIRED), newest.statement


def _content(one: LicenceSaid) -> tuple[object, ...]:
    return one.products, one.output, one.valid_from, one.valid_to, one.gf_code
