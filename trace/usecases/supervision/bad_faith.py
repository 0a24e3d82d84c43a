"""The list of serious bad faith of an area: who is and was on it, which penalties lead to it, its acts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.errors import RegisterEntryUnfit, RegisterFirmElsewhere, RightMissing
from trace.oversight.bad_faith import (
    BAD_FAITH,
    LISTED,
    LISTED_FOR,
    Listing,
    act_content,
    leads_to_list,
    listings,
)
from trace.oversight.official_acts import Penalty
from trace.oversight.register_entries import Entry
from trace.parties import ALL, Actor
from trace.rules import Rule
from trace.store.casework.acts import revocations
from trace.store.casework.asked import firm_names
from trace.store.casework.cases import names_of
from trace.store.monthly.register_entries import add_entries, entries_of, entries_of_kind
from trace.store.transaction import Transactions, Tx
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.ledgers.period import Period
from trace.usecases.lots.sight import parties_in_area
from trace.usecases.supervision.acts_of_period import acts_of_area

PAGE: Final = "/office/credit"
_BACK: Final = timedelta(days=3 * 366)
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class Leading:
    """A penalty that leads to the list, by which of its kinds; its firm is not on it for that penalty."""

    penalty: Penalty
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BadFaithList:
    """The listings of an area's firms, and the caller's own penalties that lead to more; `fallen`: penalties
    of listings that no longer stand."""

    listings: Sequence[Listing]
    leading: Sequence[Leading]
    fallen: Collection[str]
    time: Rule | None
    names: Mapping[str, str]
    today: date


def read_bad_faith(transactions: Transactions, actor: Actor) -> BadFaithList:
    """The list of the caller's area; an authority's alone. Raises `RightMissing` for others."""
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.look(actor.subject) as tx:
        today = day_in_shanghai(tx.now)
        every = entries_of_kind(tx.connection, BAD_FAITH)
        inside = parties_in_area(tx.connection, actor, {one.firm for one in every})
        found = listings([one for one in every if one.firm in inside], tx.rules)
        known = {one.penalty for one in found}
        leading = [one for one in _leading(tx, actor) if one.penalty.record not in known]
        firms = {one.firm for one in found} | {one.penalty.party for one in leading}
        names = firm_names(tx.connection, sorted(firms))
        fallen = revocations(tx.connection).keys() & known
        return BadFaithList(found, leading, fallen, tx.rules.find(LISTED_FOR, today), names, today)


def state_act(transactions: Transactions, actor: Actor, form: str, typed: Mapping[str, str]) -> str:
    """List a firm for a penalty of one's own authority, repair its credit or remove it; where to go on from.

    Raises `RightMissing`, `RegisterFirmElsewhere`, and `RegisterEntryUnfit` with the member at fault.
    """
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.begin(actor.subject) as tx:
        done = once(tx, form, actor.person)
        if done.before:
            return done.leads_to
        firm, act, penalty, evidence = (
            typed.get(name, "").strip() for name in ("firm", "act", "penalty", "evidence")
        )
        if not firm or firm not in parties_in_area(tx.connection, actor, {firm}):
            raise RegisterFirmElsewhere(firm=firm[:60])
        before = [one for one in entries_of(tx.connection, {firm}) if one.kind == BAD_FAITH]
        own = [one for one in _leading(tx, actor) if act == LISTED and one.penalty.party == firm]
        led = next((one for one in own if one.penalty.record == penalty), None)
        content = act_content(act, penalty, led.kinds if led else (), before[-1].content if before else {})
        earliest = [*(one.since for one in before[-1:]), *([led.penalty.day] if led else [])]
        day = _day(typed.get("day", ""), earliest, day_in_shanghai(tx.now))
        if len(evidence) < 2:
            raise RegisterEntryUnfit(member="evidence")
        evidence = whole_text("evidence", evidence, _LONGEST)
        why = whole_text("why", typed.get("why", ""), _LONGEST)
        name = names_of(tx.connection, [actor.person]).get(actor.person, "")
        add_entries(
            tx.connection,
            [
                Entry(
                    firm, BAD_FAITH, len(before) + 1, tx.now, content, day, None, evidence, why,
                    "page", actor.party or "", actor.person, name,
                )
            ],
        )  # fmt: skip
        return done.to(PAGE)


def _leading(tx: Tx, actor: Actor) -> list[Leading]:
    """The caller's own penalties of three years of which a kind leads to the list."""
    today = day_in_shanghai(tx.now)
    acts = acts_of_area(tx.connection, actor.region, Period(today - _BACK, today))
    found = [
        Leading(one, leads_to_list(tx.rules, one.day, one.kinds))
        for one in acts.penalties
        if one.authority == actor.party
    ]
    return [one for one in found if one.kinds and one.penalty.fallen is None]


def _day(text: str, earliest: Sequence[date], today: date) -> date:
    """The day of the act: not to come, and not before the act or the penalty that it follows."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise RegisterEntryUnfit(member="day") from None
    if day > today or any(day < one for one in earliest):
        raise RegisterEntryUnfit(member="day")
    return day
