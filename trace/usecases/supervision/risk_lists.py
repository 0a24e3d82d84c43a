"""Three lists of risks: firms, areas, kinds of product; each entry with its unit, its person and its day.

None of the three may be missing (黄陂区 2024 二(十四)): an entry without them is not kept. Who has done it
says what came of it and names the order, case or letter of rectification that hangs on it, or says that none
was needed; how that act stands is read from itself. What is overdue says so by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.errors import RiskItemUnknown, RiskMoved, RiskUnfit
from trace.oversight.casework.decide import LEAST_WORDS
from trace.oversight.letters import FIRM, LISTS
from trace.parties import Actor
from trace.store.accounts.people import members_of
from trace.store.casework.asked import firm_names
from trace.store.casework.cases import names_of
from trace.store.casework.exchange import list_authorities
from trace.store.risk.events import RiskEvent, add_events
from trace.store.risk.kept import EntryRow, add_row, find_row, last_running, move_row, read_rows
from trace.store.transaction import Transactions, Tx
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.balance.mass_balance import require_firm
from trace.usecases.supervision.acts_named import NamedAct, acts_of, find_act
from trace.usecases.supervision.letters import due_day
from trace.usecases.supervision.messages import own_authority

WHAT: Final = "entry"
PAGE: Final = "/office/risks"
OPEN, DONE = "open", "done"
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class WritingEntry:
    """Who lists what: on which list, about whom or what, which unit and person, until when, and from what."""

    actor: Actor
    form: str
    list: str
    subject: str
    what: str
    unit: str
    responsible: str
    due_on: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class RiskLists:
    """The entries that the caller's authority wrote or has to do, what is overdue first; `acts`: those that
    hang on them, as they stand."""

    rows: Sequence[EntryRow]
    names: Mapping[str, str]
    units: Mapping[str, str]
    people: Mapping[str, str]
    acts: Mapping[str, NamedAct]
    today: date
    now: datetime

    def on(self, name: str) -> list[EntryRow]:
        return [one for one in self.rows if one.list == name]

    def overdue(self, row: EntryRow) -> bool:
        return is_overdue(row, self.today)


def is_overdue(row: EntryRow, today: date) -> bool:
    """Whether an entry that is not done has had its day."""
    return row.state == OPEN and row.due_on < today.isoformat()


def write_entry(transactions: Transactions, writing: WritingEntry) -> str:
    """Keep an entry; the page to go on from. Raises `RiskUnfit`, `FirmOutOfSight`, `RightMissing`."""
    actor = writing.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, writing.form, actor.person)
        if done.before:
            return done.leads_to
        own = own_authority(tx, actor)
        subject, what, origin = (
            whole_text(name, getattr(writing, name), _LONGEST) for name in ("subject", "what", "origin")
        )
        _required(tx, writing, subject, what)
        due = due_day(tx, writing.due_on)
        prefix = f"FX{own.region}-{day_in_shanghai(tx.now).year}-"
        number = f"{prefix}{last_running(tx.connection, EntryRow, prefix) + 1:04d}"
        add_row(
            tx.connection,
            EntryRow(
                number, own.urn, own.department, own.region, writing.list, subject, what, writing.unit,
                writing.responsible, due.isoformat(), origin, OPEN, "",
                actor.person, tx.now,
            ),
        )  # fmt: skip
        _told(tx, actor, number, "listed", what)
        return done.to(PAGE)


def _required(tx: Tx, writing: WritingEntry, subject: str, what: str) -> None:
    if writing.list not in LISTS:
        raise RiskUnfit(wanted="list")
    for name, value in (("subject", subject), ("what", what)):
        if len(value) < LEAST_WORDS:
            raise RiskUnfit(wanted=name)
    if writing.list == FIRM:
        require_firm(tx, writing.actor, subject)
    if writing.unit not in {one.urn for one in list_authorities(tx.connection)}:
        raise RiskUnfit(wanted="unit")
    if writing.responsible not in {one.person for one in members_of(tx.connection, writing.unit)}:
        raise RiskUnfit(wanted="responsible")


@dataclass(frozen=True, slots=True)
class Finishing:
    """What came of an entry: in words, by which act; `without`: that nothing had to be rectified."""

    result: str
    act: str = ""
    without: bool = False


def finish_entry(transactions: Transactions, actor: Actor, form: str, number: str, done_by: Finishing) -> str:
    """Say what came of an entry, by the unit that has it or the one that wrote it.

    Raises `RiskItemUnknown`, `RiskMoved`, `RiskUnfit`.
    """
    with transactions.begin(actor.subject) as tx:
        done = once(tx, form, actor.person)
        if done.before:
            return done.leads_to
        own = own_authority(tx, actor)
        row = find_row(tx.connection, EntryRow, number)
        if row is None or own.urn not in {row.authority, row.unit}:
            raise RiskItemUnknown(what=WHAT, number=number[:40])
        said, act = whole_text("result", done_by.result, _LONGEST), done_by.act.strip()
        if len(said) < LEAST_WORDS:
            raise RiskUnfit(wanted="result")
        if bool(act) == done_by.without or (act and not _rectifies(tx, actor, row, act)):
            raise RiskUnfit(wanted="rectification")
        new = replace(row, state=DONE, result=said, done_by=actor.person, done_at=tx.now, act=act)
        if not move_row(tx.connection, new, OPEN):
            raise RiskMoved(what=WHAT, state=row.state)
        _told(tx, actor, number, DONE, said)
        return done.to(PAGE)


def _rectifies(tx: Tx, actor: Actor, row: EntryRow, number: str) -> bool:
    """Whether that act is one of rectification, of an entry about a firm: of that firm."""
    act = find_act(tx, actor, number, row.subject if row.list == FIRM else "")
    return act is not None and act.rectifies


def _told(tx: Tx, actor: Actor, number: str, event: str, why: str) -> None:
    name = names_of(tx.connection, [actor.person]).get(actor.person, "")
    step = RiskEvent(WHAT, number, event, tx.now, actor.person, name, actor.party or "", why)
    add_events(tx.connection, [step])


def read_lists(transactions: Transactions, actor: Actor) -> RiskLists:
    """The entries of the caller's authority, with whom a new one can be given to."""
    with transactions.look(actor.subject) as tx:
        own = own_authority(tx, actor)
        rows = entries_of(tx, own.urn)
        today = day_in_shanghai(tx.now)
        rows.sort(key=lambda one: (one.state == DONE, one.due_on, one.number))
        within = [one for one in list_authorities(tx.connection) if one.region.startswith(actor.region)]
        units = {one.urn: one.name for one in within}
        people = {
            one.person: f"{one.name} · {name}"
            for urn, name in units.items()
            for one in members_of(tx.connection, urn)
        }
        names = firm_names(tx.connection, [one.subject for one in rows if one.list == FIRM])
        names |= names_of(tx.connection, [one.responsible for one in rows])
        acts = acts_of(tx, actor, [one.act for one in rows])
        return RiskLists(rows, names, units, people, acts, today, tx.now)


def entries_of(tx: Tx, authority: str) -> list[EntryRow]:
    """What an authority wrote or has to do."""
    return read_rows(tx.connection, EntryRow, "WHERE authority = ? OR unit = ?", (authority, authority))
