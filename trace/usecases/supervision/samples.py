"""Samples of an authority with their way, clocks and results; steps of custody; the summary of a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from trace.access.rights import SAMPLE
from trace.calendar.shanghai import SHANGHAI_TIME, day_in_shanghai
from trace.calendar.typed_days import HAPPENED
from trace.errors import CustodyUnfit, RightMissing, SampleUnknown, SummaryUnchanged
from trace.oversight.casework.clocks import CaseClock
from trace.oversight.official_acts import Sample
from trace.oversight.sampling import (
    CustodyStep,
    is_overdue,
    require_custody,
    require_summed_day,
    sample_clocks,
    summary_document,
    summary_hash,
    summed_month,
)
from trace.oversight.visits.counted import VisitRecord
from trace.parties import ALL, COUNTRY, Actor
from trace.store.casework.asked import firm_names
from trace.store.casework.cases import cases_of_lot
from trace.store.casework.sampling import (
    SummaryRow,
    add_step,
    add_summary,
    find_photo,
    steps_of,
    summaries_of,
)
from trace.store.transaction import Transactions, Tx
from trace.store.visits.records import inspections_of_lots, visit_records_between
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.casework.standing import departments_of, level_of
from trace.usecases.ledgers.period import Period
from trace.usecases.supervision.acts_of_period import acts_of_area
from trace.usecases.supervision.sign_summary import SummarySeen, summaries_seen

SHOWN: Final = timedelta(days=180)
_AROUND: Final = timedelta(days=365)
PAGE: Final = "/office/samples/{}"
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class VisitMet:
    """A signed record of a visit that a sample meets: on a lot that it looked at, or on the firm alone."""

    visit: VisitRecord
    on_lot: bool


@dataclass(frozen=True, slots=True)
class SampleSeen:
    """A sample with its way and its clocks; `case`: the number of the case that its failure opened, `visits`:
    signed visits of the firm or its lots within a year before and after, where one sample is read.

    `own`: taken by the reader's own authority, where the reader takes samples: such a one alone notes its way
    and sees its photographs.
    """

    sample: Sample
    steps: Sequence[CustodyStep]
    clocks: Sequence[CaseClock]
    party: str
    own: bool
    case: str = ""
    visits: Sequence[VisitMet] = ()

    @property
    def overdue(self) -> bool:
        return is_overdue(self.clocks)


@dataclass(frozen=True, slots=True)
class SamplesPage:
    """The samples of a department in an area, what is overdue first; `now` is when they were read."""

    samples: Sequence[SampleSeen]
    now: datetime
    month: str
    summaries: Sequence[SummarySeen] = ()

    @property
    def overdue(self) -> list[SampleSeen]:
        return [one for one in self.samples if one.overdue]


def list_samples(transactions: Transactions, actor: Actor) -> SamplesPage:
    """The samples of the last half year; an authority's alone. Raises `RightMissing` for others."""
    with transactions.look(actor.subject) as tx:
        seen = _samples(tx, actor)
        month = summed_month(tx.rules, day_in_shanghai(tx.now))
        summaries = summaries_seen(tx, actor, month)
        ordered = sorted(seen, key=lambda one: (not one.overdue, bool(one.sample.result), one.sample.day))
        return SamplesPage(ordered, tx.now, month, summaries)


def read_sample(transactions: Transactions, actor: Actor, record: str) -> tuple[SampleSeen, datetime]:
    """One sample of the department in the area, and now; raises `SampleUnknown` for any other."""
    with transactions.look(actor.subject) as tx:
        seen = _seen(tx, actor, record)
        area = "" if actor.region == COUNTRY else level_of(actor.region)
        day = seen.sample.day
        found = visit_records_between(tx.connection, area, day - _AROUND, day + _AROUND, tx.now)
        looked = inspections_of_lots(tx.connection, seen.sample.lots)
        met = [
            VisitMet(one, one.record in looked)
            for one in found
            if one.party == seen.sample.party or one.record in looked
        ]
        return replace(seen, visits=sorted(met, key=lambda one: not one.on_lot)), tx.now


def note_custody(
    transactions: Transactions, actor: Actor, form: str, record: str, typed: Mapping[str, str]
) -> str:
    """Note a step of a sample on its way; the address of its page.

    Raises `SampleUnknown`, `CustodyUnfit` where it does not follow from what is noted.
    """
    with transactions.begin(actor.subject) as tx:
        done = once(tx, form, actor.person)
        if done.before:
            return done.leads_to
        seen = _require(tx, actor, record)
        event, taken = typed.get("event", ""), seen.sample.taken_at or tx.now
        at = _moment(tx, event, typed.get("at", ""))
        require_custody(seen.steps, event, at, taken)
        note = whole_text("note", typed.get("note", ""), _LONGEST)
        step = CustodyStep(event, at, tx.now, actor.person, actor.party or "", note)
        add_step(tx.connection, record, len(seen.steps) + 1, step)
        return done.to(PAGE.format(record))


def freeze_summary(transactions: Transactions, actor: Actor, form: str, month: str) -> str:
    """Freeze the tests of a month under their hash, as the next revision; the address of the list.

    Raises `SummaryTooEarly` before the 25th (R36), `SummaryUnchanged` where it stands already as it is.
    """
    with transactions.begin(actor.subject) as tx:
        done = once(tx, form, actor.person)
        if done.before:
            return done.leads_to
        require_summed_day(tx.rules, month, day_in_shanghai(tx.now))
        seen = _samples(tx, actor)
        department = " ".join(departments_of(actor))
        late = {one.sample.record for one in seen if one.overdue}
        document = summary_document(month, actor.region, department, [one.sample for one in seen], late)
        digest, before = summary_hash(document), summaries_of(tx.connection, actor.party or "", month)
        if before and before[-1].digest == digest:
            raise SummaryUnchanged(month=month)
        row = SummaryRow(actor.party or "", month, len(before) + 1, digest, document, tx.now, actor.person)
        add_summary(tx.connection, row)
        return done.to("/office/samples#summary")


def read_photo(transactions: Transactions, actor: Actor, digest: str) -> tuple[str, bytes] | None:
    """A photograph of the caller's own authority: its media type and bytes."""
    with transactions.look(actor.subject) as tx:
        found = find_photo(tx.connection, digest)
    return (found[1], found[2]) if found is not None and found[0] == actor.party else None


def _require(tx: Tx, actor: Actor, record: str) -> SampleSeen:
    seen = _seen(tx, actor, record)
    if not seen.own:
        raise SampleUnknown(number=record[:64])
    return seen


def _seen(tx: Tx, actor: Actor, record: str) -> SampleSeen:
    """A sample that stands in the list of whoever asks: what is listed opens."""
    for one in _samples(tx, actor):
        if one.sample.record == record:
            return one
    raise SampleUnknown(number=record[:64])


def _samples(tx: Tx, actor: Actor) -> list[SampleSeen]:
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    today = day_in_shanghai(tx.now)
    acts = acts_of_area(tx.connection, actor.region, Period(today - SHOWN, today))
    own = [one for one in acts.samples if one.department in departments_of(actor)]
    steps = steps_of(tx.connection, {one.record for one in own})
    names = firm_names(tx.connection, [one.party for one in own])
    found = []
    for one in own:
        way = steps.get(one.record, [])
        clocks = sample_clocks(tx.rules, one, way, tx.now)
        mine, name = one.authority == actor.party and actor.may(SAMPLE), names.get(one.party, one.party)
        found.append(SampleSeen(one, way, clocks, name, mine, _case(tx, one)))
    return found


def _case(tx: Tx, sample: Sample) -> str:
    """The newest case about the goods of a sample that failed."""
    if sample.result != "fail":
        return ""
    found = [row.number for lot in sample.lots for row in cases_of_lot(tx.connection, lot)]
    return max(found, default="")


def _moment(tx: Tx, event: str, text: str) -> datetime:
    if not text:
        return tx.now
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise CustodyUnfit(event=event[:40]) from None
    at = at if at.tzinfo is not None else at.replace(tzinfo=SHANGHAI_TIME)
    if at > tx.now or not HAPPENED.holds(day_in_shanghai(at), day_in_shanghai(tx.now)):
        raise CustodyUnfit(event=event[:40])
    return at


def month_of(text: str, today: date) -> str:
    """The month as written (YYYY-MM), else the present one."""
    try:
        return date.fromisoformat(f"{text}-01").isoformat()[:7]
    except ValueError:
        return today.isoformat()[:7]
