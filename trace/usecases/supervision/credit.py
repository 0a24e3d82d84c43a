"""Credit files of the firms of an area: failing samples, penalties, measures, with records and limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from trace.calendar.shanghai import SHANGHAI_TIME, day_in_shanghai
from trace.errors import PlanItemUnfit, RightMissing, SampleUnknown
from trace.oversight.casework.clocks import CaseClock, clock_of
from trace.oversight.official_acts import OfficialActs
from trace.parties import ALL, Actor
from trace.store.casework.acts import publications_of, publish_penalty
from trace.store.casework.asked import firm_names
from trace.store.transaction import Transactions, Tx
from trace.usecases.accounts.forms import once
from trace.usecases.ledgers.period import Period
from trace.usecases.supervision.acts_of_period import acts_of_area

PAGE: Final = "/office/credit"
FAILED: Final = "failed"
PENALTY: Final = "penalty"
MEASURE: Final = "measure"
_BACK: Final = timedelta(days=3 * 366)
_STANDING: Final = "standing"


@dataclass(frozen=True, slots=True)
class CreditEntry:
    """One thing that an authority stated of a firm. `what`: failed, penalty or measure."""

    day: date
    what: str
    party: str
    record: str
    authority: str
    words: tuple[str, ...]
    basis: tuple[str, ...] = ()
    amount: str = ""
    clock: CaseClock | None = None
    published: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class CreditPage:
    """Entries of the area's firms, the newest first, with the names of firms and authorities."""

    entries: Sequence[CreditEntry]
    names: Mapping[str, str]
    now: datetime


def read_credit(transactions: Transactions, actor: Actor, firm: str = "") -> CreditPage:
    """What stands of the firms, or of one, in the last three years; an authority's alone.

    Raises `RightMissing` for others.
    """
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.look(actor.subject) as tx:
        found = [one for one in _entries(tx, actor) if not firm or one.party == firm]
        found.sort(key=lambda one: (one.day, one.record), reverse=True)
        parties = {name for one in found for name in (one.party, one.authority)} | ({firm} - {""})
        return CreditPage(found, firm_names(tx.connection, sorted(parties)), tx.now)


def note_publication(
    transactions: Transactions, actor: Actor, form: str, record: str, typed: Mapping[str, str]
) -> str:
    """Note where a penalty of one's own authority was published, once; the address of the list.

    Raises `SampleUnknown` for a record that is none of its penalties, `PlanItemUnfit` for a day or place.
    """
    with transactions.begin(actor.subject) as tx:
        done = once(tx, form, actor.person)
        if done.before:
            return done.leads_to
        acts = _acts(tx, actor)
        own = {one.record: one for one in acts.penalties if one.authority == actor.party}
        if record not in own:
            raise SampleUnknown(number=record[:64])
        place = typed.get("place", "").strip()[:200]
        try:
            day = date.fromisoformat(typed.get("day", ""))
        except ValueError:
            raise PlanItemUnfit(member="day") from None
        if not own[record].day <= day <= day_in_shanghai(tx.now):
            raise PlanItemUnfit(member="day")
        if not place:
            raise PlanItemUnfit(member="place")
        publish_penalty(tx.connection, record, day, place, (actor.person, tx.now))
        return done.to(PAGE)


def _acts(tx: Tx, actor: Actor) -> OfficialActs:
    today = day_in_shanghai(tx.now)
    return acts_of_area(tx.connection, actor.region, Period(today - _BACK, today))


def _entries(tx: Tx, actor: Actor) -> Iterator[CreditEntry]:
    acts = _acts(tx, actor)
    for sample in acts.samples:
        if sample.result == "fail":
            words = (sample.number, *sample.products, *sample.items)
            yield CreditEntry(sample.day, FAILED, sample.party, sample.record, sample.authority, words)
    published = publications_of(tx.connection, {one.record for one in acts.penalties})
    for penalty in acts.penalties:
        told = published.get(penalty.record)
        yield CreditEntry(
            penalty.day, PENALTY, penalty.party, penalty.record, penalty.authority,
            penalty.kinds, penalty.basis,
            amount="" if penalty.amount is None else format(penalty.amount, "f"),
            clock=_clock(tx, "publish-penalty", "R70", penalty.day, told[0] if told else None),
            published=told[1] if told else "", own=penalty.authority == actor.party,
        )  # fmt: skip
    for measure in acts.measures:
        ended = None if measure.state == _STANDING else measure.day
        clock = _clock(tx, "hold-ends", "R51", measure.day, None) if ended is None else None
        for party in measure.parties:
            yield CreditEntry(
                measure.day, MEASURE, party, measure.record, measure.authority,
                (measure.reason, *measure.lots), clock=clock,
            )  # fmt: skip


def _clock(tx: Tx, duty: str, rule_id: str, day: date, done: date | None) -> CaseClock | None:
    when = {"step": "publish"} if rule_id == "R70" else {}
    rule = tx.rules.find(rule_id, day, **when)
    if rule is None:
        return None
    since, ended = (
        None if one is None else datetime.combine(one, time(), SHANGHAI_TIME) for one in (day, done)
    )
    return clock_of(duty, rule, since or tx.now, ended, tx.now)
