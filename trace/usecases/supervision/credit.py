"""Credit files of the firms of an area: failing samples, penalties, measures, with records and limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from trace.calendar.shanghai import SHANGHAI_TIME, day_in_shanghai
from trace.chain.facts.oversight import REVOCATION
from trace.chain.facts.oversight_forms import FALLEN
from trace.errors import RightMissing, RiskItemUnknown, RiskUnfit
from trace.exchange.draft import Draft, RowOrigin
from trace.exchange.tabular.records import SHORTEST_REASON
from trace.oversight.casework.clocks import CaseClock, clock_of
from trace.oversight.official_acts import Fallen, OfficialActs, Penalty
from trace.oversight.seizures import ends_on, term_of
from trace.parties import ALL, Actor
from trace.rules import Rule
from trace.store.casework.acts import publications_of, publish_penalty
from trace.store.casework.asked import firm_names
from trace.store.transaction import Transactions, Tx
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.casework.standing import departments_of, level_of
from trace.usecases.ledgers.period import Period
from trace.usecases.signing.batches import Signer, keep_in
from trace.usecases.signing.content import content_of
from trace.usecases.supervision.acts_of_period import acts_of_area
from trace.usecases.supervision.seizures import seizures_in

PAGE: Final = "/office/credit"
FAILED: Final = "failed"
PENALTY: Final = "penalty"
MEASURE: Final = "measure"
_BACK: Final = timedelta(days=3 * 366)
_STANDING: Final = "standing"
_SIGN: Final = "/desk/sign/{}"
_WHAT: Final = "penalty"
_NOWHERE: Final = RowOrigin("", ())
_LONGEST: Final = {"documentNo": 64, "reason": 400}


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
    fallen: Fallen | None = None
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class CreditPage:
    """Entries of the area's firms, the newest first, with the names of firms and authorities; `term` and
    `extension`: the rules that limit a seizure of the reader's department."""

    entries: Sequence[CreditEntry]
    names: Mapping[str, str]
    now: datetime
    term: Rule | None = None
    extension: Rule | None = None


def read_credit(transactions: Transactions, actor: Actor, firm: str = "") -> CreditPage:
    """What stands of the firms, or of one, in the last three years; an authority's alone.

    Raises `RightMissing` for others.
    """
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.look(actor.subject) as tx:
        found = [one for one in credit_entries(tx, actor) if not firm or one.party == firm]
        found.sort(key=lambda one: (one.day, one.record), reverse=True)
        parties = {name for one in found for name in (one.party, one.authority)} | ({firm} - {""})
        own, today = next(iter(departments_of(actor)), ""), day_in_shanghai(tx.now)
        limits = [term_of(tx.rules, own, today, extension=more) for more in (False, True)]
        return CreditPage(found, firm_names(tx.connection, sorted(parties)), tx.now, *limits)


def note_publication(
    transactions: Transactions, actor: Actor, form: str, record: str, typed: Mapping[str, str]
) -> str:
    """Note where a penalty of one's own authority was published, once; the address of the list.

    Of one that fell, under the record by which it did: where what was published is withdrawn.

    Raises `RiskItemUnknown` for a record that is none of its penalties, `RiskUnfit` for a day or place.
    """
    with transactions.begin(actor.subject) as tx:
        done = once(tx, form, actor.person)
        if done.before:
            return done.leads_to
        acts = _acts(tx, actor)
        own = dict(_to_note(one) for one in acts.penalties if one.authority == actor.party)
        if record not in own:
            raise RiskItemUnknown(what=_WHAT, number=record[:64])
        place = whole_text("place", typed.get("place", ""), 200)
        try:
            day = date.fromisoformat(typed.get("day", ""))
        except ValueError:
            raise RiskUnfit(wanted="day") from None
        if not own[record] <= day <= day_in_shanghai(tx.now):
            raise RiskUnfit(wanted="day")
        if not place:
            raise RiskUnfit(wanted="place")
        publish_penalty(tx.connection, record, day, place, (actor.person, tx.now))
        return done.to(PAGE)


def _to_note(penalty: Penalty) -> tuple[str, date]:
    """The record under which a publication, or its withdrawal, is noted, and from which day on."""
    fallen = penalty.fallen
    return (penalty.record, penalty.day) if fallen is None else (fallen.record, fallen.day)


def propose_revocation(
    transactions: Transactions, actor: Actor, form: str, record: str, typed: Mapping[str, str]
) -> str:
    """Draft that a penalty of one's own authority fell; where the draft waits for its signature.

    Raises `RiskItemUnknown` for a record that is none of its penalties that stand, `RiskUnfit` with the
    member at fault.
    """
    with transactions.begin(actor.subject) as tx:
        done = once(tx, form, actor.person)
        if done.before:
            return done.leads_to
        own = {one.record: one for one in _acts(tx, actor).penalties if one.authority == actor.party}
        if record not in own or own[record].fallen is not None:
            raise RiskItemUnknown(what=_WHAT, number=record[:64])
        data = {name: typed.get(name, "").strip() for name in ("outcome", "documentNo", "reason")}
        if data["outcome"] not in FALLEN:
            raise RiskUnfit(wanted="outcome")
        for name, least in (("documentNo", 1), ("reason", SHORTEST_REASON)):
            if not least <= len(data[name]) <= _LONGEST[name]:
                raise RiskUnfit(wanted=name)
        draft = Draft(REVOCATION.typ, f"urn:penalty:{record}", tx.now, data, (), (), _NOWHERE, "")
        content = [content_of(draft, {"penalty": record, **data})]
        title = own[record].document_no
        return done.to(_SIGN.format(keep_in(tx, Signer(actor.party or "", actor.person), title, content)))


def _acts(tx: Tx, actor: Actor) -> OfficialActs:
    today = day_in_shanghai(tx.now)
    return acts_of_area(tx.connection, actor.region, Period(today - _BACK, today))


def credit_entries(tx: Tx, actor: Actor) -> Iterator[CreditEntry]:
    """What authorities of the caller's area stated of firms in the last three years."""
    acts = _acts(tx, actor)
    for sample in acts.samples:
        if sample.result == "fail":
            words = (sample.number, *sample.products, *sample.items)
            yield CreditEntry(sample.day, FAILED, sample.party, sample.record, sample.authority, words)
    falls = {one.fallen.record for one in acts.penalties if one.fallen is not None}
    published = publications_of(tx.connection, {one.record for one in acts.penalties} | falls)
    for penalty in acts.penalties:
        told = published.get(penalty.record)
        withdrawn = published.get(penalty.fallen.record) if penalty.fallen is not None else None
        yield CreditEntry(
            penalty.day, PENALTY, penalty.party, penalty.record, penalty.authority,
            penalty.kinds, penalty.basis,
            amount="" if penalty.amount is None else format(penalty.amount, "f"),
            clock=_penalty_clock(tx, penalty, told[0] if told else None, withdrawn[0] if withdrawn else None),
            withdrawn=withdrawn[1] if withdrawn else "", fallen=penalty.fallen,
            published=told[1] if told else "", own=penalty.authority == actor.party,
        )  # fmt: skip
    rows = seizures_in(tx, level_of(actor.region))
    for row in rows:
        words = (row.document_no, row.what, f"→ {row.ended_on}" if row.ended_on else f"– {ends_on(row)}")
        yield CreditEntry(date.fromisoformat(row.since), MEASURE, row.firm, row.number, row.authority, words)
    entered = {row.record for row in rows}
    for measure in acts.measures:
        if measure.record in entered:
            continue
        ended = None if measure.state == _STANDING else measure.day
        clock = _clock(tx, "hold-ends", "R51", measure.day, None) if ended is None else None
        for party in measure.parties:
            yield CreditEntry(
                measure.day, MEASURE, party, measure.record, measure.authority,
                (measure.reason, *(lot.rsplit(":", 1)[-1] for lot in measure.lots)), clock=clock,
            )  # fmt: skip


def _penalty_clock(
    tx: Tx, penalty: Penalty, published: date | None, withdrawn: date | None
) -> CaseClock | None:
    """Its limit to be published, or to be withdrawn where it was and fell."""
    if penalty.fallen is None:
        return _clock(tx, "publish-penalty", "R70", penalty.day, published)
    if published is None:
        return None
    return _clock(tx, "withdraw-penalty", "R70", penalty.fallen.day, withdrawn, "withdraw")


def _clock(
    tx: Tx, duty: str, rule_id: str, day: date, done: date | None, step: str = "publish"
) -> CaseClock | None:
    when = {"step": step} if rule_id == "R70" else {}
    rule = tx.rules.find(rule_id, day, **when)
    if rule is None:
        return None
    since, ended = (
        None if one is None else datetime.combine(one, time(), SHANGHAI_TIME) for one in (day, done)
    )
    return clock_of(duty, rule, since or tx.now, ended, tx.now)
