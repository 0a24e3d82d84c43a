"""Seizures of an authority: entered with their document, extended once, ended with what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.calendar.typed_days import HAPPENED
from trace.errors import NumberMalformed, RiskItemUnknown, RiskMoved, RiskUnfit, UnknownLot
from trace.identity import uscc
from trace.oversight.casework.decide import LEAST_WORDS
from trace.oversight.official_acts import Measure
from trace.oversight.seizures import ENDED, OBJECTS, OUTCOMES, STANDING, ends_on, is_over, latest, term_of
from trace.parties import Actor
from trace.rules import Rule
from trace.rules.duty_list import duty_list
from trace.store.accounts.people import Organisation
from trace.store.analyses.firm_rows import is_on_record
from trace.store.casework.asked import firm_names
from trace.store.casework.cases import names_of
from trace.store.lots.details import read_lots
from trace.store.risk.events import RiskEvent, add_events
from trace.store.risk.kept import SeizureRow, add_row, find_row, last_running, move_row, read_rows
from trace.store.transaction import Transactions, Tx
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.balance.mass_balance import require_firm
from trace.usecases.casework.standing import level_of
from trace.usecases.ledgers.period import Period
from trace.usecases.supervision.acts_of_period import acts_of_area
from trace.usecases.supervision.messages import own_authority

PAGE: Final = "/office/seizures"
WHAT: Final = "seizure"
EXTEND, END = "extend", "end"
_LONGEST: Final = 400
_BACK: Final = timedelta(days=366)
_STANDS: Final = "standing"


@dataclass(frozen=True, slots=True)
class SeizuresPage:
    """The seizures of an area, what is past its day first; holds that are not entered; the limits."""

    rows: Sequence[SeizureRow]
    names: Mapping[str, str]
    holds: Sequence[Measure]
    objects: Sequence[str]
    own: Organisation
    term: Rule | None
    extension: Rule | None
    basis: str
    today: date
    now: datetime

    def over(self, row: SeizureRow) -> bool:
        return is_over(row, self.today)

    def ends(self, row: SeizureRow) -> str:
        return ends_on(row)

    def mine(self, row: SeizureRow) -> bool:
        return row.authority == self.own.urn and row.state == STANDING


def enter_seizure(transactions: Transactions, actor: Actor, form: str, typed: Mapping[str, str]) -> str:
    """Keep a seizure that was decided; the page to go on from.

    Raises `RiskUnfit`, `FirmOutOfSight`, `UnknownLot`, `RightMissing`.
    """
    with transactions.begin(actor.subject) as tx:
        done = once(tx, form, actor.person)
        if done.before:
            return done.leads_to
        own = own_authority(tx, actor)
        if typed.get("object", "") not in OBJECTS.get(own.department, ()):
            raise RiskUnfit(wanted="object")
        words = {name: _words(typed, name) for name in ("what", "document_no")}
        firm = _firm(tx, actor, typed.get("firm", ""))
        record, lots = _goods(tx, actor, own, typed)
        since = _day(tx, typed.get("since", ""), "since")
        until = _until(typed.get("until", ""), since, term_of(tx.rules, own.department, since))
        prefix = f"QZ{own.region}-{since.year}-"
        number = f"{prefix}{last_running(tx.connection, SeizureRow, prefix) + 1:03d}"
        row = SeizureRow(
            number, own.urn, own.department, level_of(own.region), firm, typed["object"], words["what"],
            words["document_no"], basis_of(own.department), lots, record, since.isoformat(),
            until.isoformat(), actor.person, tx.now, STANDING,
        )  # fmt: skip
        add_row(tx.connection, row)
        _noted(tx, actor, number, "entered", words["document_no"])
        return done.to(PAGE)


def move_seizure(
    transactions: Transactions, actor: Actor, form: str, number: str, typed: Mapping[str, str]
) -> str:
    """Extend a seizure of one's own authority, once, or say what became of it.

    Raises `RiskItemUnknown`, `RiskMoved`, `RiskUnfit`.
    """
    with transactions.begin(actor.subject) as tx:
        done = once(tx, form, actor.person)
        if done.before:
            return done.leads_to
        own = own_authority(tx, actor)
        row = find_row(tx.connection, SeizureRow, number)
        if row is None or row.authority != own.urn:
            raise RiskItemUnknown(what=WHAT, number=number[:40])
        act = typed.get("act", "")
        if act not in {EXTEND, END}:
            raise RiskUnfit(wanted="act")
        if row.state != STANDING or (act == EXTEND and row.extended_until):
            raise RiskMoved(what=WHAT, state=row.state)
        moved = _extended(tx, row, typed) if act == EXTEND else _ended(tx, row, typed)
        if not move_row(tx.connection, replace(moved, done_by=actor.person, done_at=tx.now), STANDING):
            raise RiskMoved(what=WHAT, state=row.state)
        _noted(tx, actor, number, act, moved.outcome or moved.extended_by)
        return done.to(PAGE)


def read_seizures(transactions: Transactions, actor: Actor) -> SeizuresPage:
    """The seizures of the caller's area; an authority's alone. Raises `RightMissing`."""
    with transactions.look(actor.subject) as tx:
        own = own_authority(tx, actor)
        today = day_in_shanghai(tx.now)
        rows = seizures_in(tx, level_of(own.region))
        rows.sort(key=lambda one: (one.state == ENDED, not is_over(one, today), ends_on(one), one.number))
        known = {one.record for one in rows}
        holds = [one for one in _holds(tx, actor, own) if one.record not in known]
        parties = {party for one in rows for party in (one.firm, one.authority)}
        parties |= {party for one in holds for party in one.parties}
        return SeizuresPage(
            rows,
            firm_names(tx.connection, sorted(parties)),
            holds,
            OBJECTS.get(own.department, ()),
            own,
            term_of(tx.rules, own.department, today),
            term_of(tx.rules, own.department, today, extension=True),
            basis_of(own.department),
            today,
            tx.now,
        )


def seizures_in(tx: Tx, area: str) -> list[SeizureRow]:
    """The seizures of the authorities of an area and of those in it."""
    return read_rows(tx.connection, SeizureRow, "WHERE area LIKE ?", (f"{area}%",))


def basis_of(department: str) -> str:
    """The articles on which the duty list rests the seizures of a department."""
    found = [row for row in duty_list().duties if row.department == department and row.kind == "measure"]
    return "；".join(
        f"{one.law} {'、'.join(f'§{article}' for article in one.articles)}"
        for row in found
        for one in row.basis
    )


def _firm(tx: Tx, actor: Actor, firm: str) -> str:
    """Whose things they are. Who never was on record may be seized from too, under a code that is one: under
    a mistyped one the seizure would stand in nobody's file."""
    require_firm(tx, actor, firm)
    if not is_on_record(tx.connection, firm):
        try:
            warnings = uscc.parse(firm.removeprefix("urn:uscc:")).warnings
        except NumberMalformed:
            raise RiskUnfit(wanted="party") from None
        if "uscc-check" in warnings:
            raise RiskUnfit(wanted="party")
    return firm


def _goods(tx: Tx, actor: Actor, own: Organisation, typed: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The signed hold that the seizure rests on, with its goods; or the goods as typed."""
    record = typed.get("record", "").strip()
    if record:
        for hold in _holds(tx, actor, own):
            if hold.record == record:
                return record, hold.lots
        raise RiskUnfit(wanted="record")
    named = tuple(dict.fromkeys(typed.get("lots", "").split()))
    known = {lot.urn for lot in read_lots(tx.connection, named)} if named else set()
    for urn in named:
        if urn not in known:
            raise UnknownLot(lot=urn)
    return "", named


def _holds(tx: Tx, actor: Actor, own: Organisation) -> list[Measure]:
    """The holds on goods that the caller's authority signed and that stand."""
    today = day_in_shanghai(tx.now)
    acts = acts_of_area(tx.connection, actor.region, Period(today - _BACK, today))
    return [one for one in acts.measures if one.authority == own.urn and one.state == _STANDS]


def _extended(tx: Tx, row: SeizureRow, typed: Mapping[str, str]) -> SeizureRow:
    """With its one extension, which is decided before it ends and counts from that end."""
    on = _day(tx, typed.get("day", ""), "day")
    ends = date.fromisoformat(row.until)
    if not row.since <= on.isoformat() <= row.until:
        raise RiskUnfit(wanted="day")
    until = _until(typed.get("until", ""), ends, term_of(tx.rules, row.department, on, extension=True))
    return replace(
        row,
        extended_on=on.isoformat(),
        extended_by=_words(typed, "document_no"),
        extended_until=until.isoformat(),
    )


def _ended(tx: Tx, row: SeizureRow, typed: Mapping[str, str]) -> SeizureRow:
    outcome, on = typed.get("outcome", ""), _day(tx, typed.get("day", ""), "day")
    if outcome not in OUTCOMES:
        raise RiskUnfit(wanted="result")
    if on.isoformat() < row.since:
        raise RiskUnfit(wanted="day")
    return replace(row, state=ENDED, ended_on=on.isoformat(), outcome=outcome)


def _until(text: str, start: date, rule: Rule | None) -> date:
    """The day on which it ends: after the start, and within the days that the rule leaves."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise RiskUnfit(wanted="until") from None
    last = latest(rule, start)
    if day <= start or (last is not None and day > last):
        raise RiskUnfit(wanted="until")
    return day


def _day(tx: Tx, text: str, wanted: str) -> date:
    """A day that has come: a year mistyped would leave the seizure without a limit."""
    day = HAPPENED.read(text, day_in_shanghai(tx.now))
    if day is None:
        raise RiskUnfit(wanted=wanted)
    return day


def _words(typed: Mapping[str, str], member: str) -> str:
    said = whole_text(member, typed.get(member, ""), _LONGEST)
    if len(said) < LEAST_WORDS:
        raise RiskUnfit(wanted="seized" if member == "what" else member)
    return said


def _noted(tx: Tx, actor: Actor, number: str, event: str, why: str) -> None:
    name = names_of(tx.connection, [actor.person]).get(actor.person, "")
    step = RiskEvent(WHAT, number, event, tx.now, actor.person, name, actor.party or "", why)
    add_events(tx.connection, [step])
