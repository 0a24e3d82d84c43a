"""Complaints and tip-offs of shoppers (投诉举报): filed under a number, passed on, answered, forgotten.

Each stands with the department that is competent for the goods, with a day by which it has to act; who passed
it on or answered is kept. The firm that it is about sees nothing of it.

The number is the only key to a complaint; whoever holds it sees the state and the answer, never a person.
How to reach who complained is kept apart, seen by regulators alone, and the first to go (rule K01).
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Final

from trace.calendar.shanghai import SHANGHAI_TIME
from trace.codes.complaint_number import RANDOM_BITS, numbered, parse
from trace.errors import ComplaintElsewhere, ComplaintIncomplete, ComplaintStands, ComplaintUnknown
from trace.oversight.competence import (
    ACCEPTANCE,
    TRANSFER,
    competent_department,
    county_of,
    is_of_county,
    limit_of,
)
from trace.parties import DEPARTMENTS, Actor
from trace.rules import Rules
from trace.store.base import to_micros
from trace.store.log.keys import read_holder_roles
from trace.store.lots.standing import regions_of_parties
from trace.store.messages.complaints import (
    ComplaintRow,
    add_complaint,
    find_complaint,
    forget_contact,
    forget_ended,
    list_complaints,
    move_complaint,
)
from trace.store.messages.outbox import put_notices
from trace.store.transaction import Transactions, Tx
from trace.usecases.codes.coded_lot import CodedLot, lots_of_code
from trace.usecases.lots.sight import parties_in_area

KINDS: Final = ("complaint", "tip_off")
"""投诉 (one's own purchase, a remedy is wanted) and 举报 (a clue): different procedures."""
TOPICS: Final = ("quality", "foreign", "illness", "expired", "label", "counterfeit", "other")
RECEIVED, FORWARDED, ANSWERED = "received", "forwarded", "answered"
STATES: Final = (RECEIVED, FORWARDED, ANSWERED)
LONGEST: Final = {"text": 1000, "contact": 80, "code": 200, "printed": 44, "answer": 1000}
_NEWEST: Final = 2**63 - 1
_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint as filled in; `code` and `printed` come from the page on which the form was opened."""

    kind: str = KINDS[0]
    topic: str = ""
    text: str = ""
    contact: str = ""
    code: str = ""
    printed: str = ""

    @property
    def faults(self) -> tuple[str, ...]:
        """Names of the fields that are missing, unknown or too long."""
        checks = {
            "kind": self.kind in KINDS,
            "topic": self.topic in TOPICS,
            "text": bool(self.text.strip()) and len(self.text) <= LONGEST["text"],
            "contact": len(self.contact) <= LONGEST["contact"],
            "code": bool(self.code.strip()) and len(self.code) <= LONGEST["code"],
            "printed": len(self.printed) <= LONGEST["printed"],
        }
        return tuple(name for name, well in checks.items() if not well)


@dataclass(frozen=True, slots=True)
class Competence:
    """The department that has to act, and the county that it is of; where None is known, the city's acts."""

    department: str
    county: str | None


@dataclass(frozen=True, slots=True)
class SeenComplaint:
    """A complaint as a department sees it; `due_at` is when it has to have acted, `moved_by` who did last.

    `region`: the maker's county as it stated it (GB/T 2260), whose department has to act; None where none is
    known or none so fine: the department of the city has to act then, and to find out.

    `lots` are the packs that it may be about: several, where neither code nor label told them apart.
    """

    number: str
    kind: str
    topic: str
    text: str
    code: str
    lot: str | None
    batch_no: str | None
    holder: str | None
    printed: str | None
    state: str
    answer: str | None
    filed_at: datetime
    forwarded_at: datetime | None
    answered_at: datetime | None
    department: str
    region: str | None
    due_at: datetime | None
    moved_by: str | None
    lots: tuple[str, ...]
    contact: str | None
    """While it is kept."""


@dataclass(frozen=True, slots=True)
class ComplaintPage:
    """The newest complaints in sight; `following` is the `before` of the next page, None at the end."""

    complaints: tuple[SeenComplaint, ...]
    following: str | None


def file_complaint(transactions: Transactions, given: Complaint, about: CodedLot | None) -> str:
    """Keep a complaint and tell the bureaus by the outbox; returns its number.

    `about` is the lot behind its code, None for a code that nobody registered. Raises `ComplaintIncomplete`.
    """
    if given.faults:
        raise ComplaintIncomplete(fields=list(given.faults))
    number = numbered(secrets.randbits(RANDOM_BITS))
    with transactions.begin("page") as tx:
        forget_ended(tx.connection, tx.now)
        row = _new_row(tx, number, given, about)
        add_complaint(tx.connection, row, tx.now + _kept(tx.rules, "complaint_contact", tx.now))
        _notify(tx, row)
    return number


def read_complaint(transactions: Transactions, text: str) -> ComplaintRow:
    """A complaint by its number, however it was typed.

    Raises NumberMalformed, CheckDigitWrong (before anything is looked up) and ComplaintUnknown.
    """
    number = parse(text)
    with transactions.look("page") as tx:
        return _found(tx, number)


def competence_for(transactions: Transactions, about: ComplaintRow | CodedLot | None) -> Competence:
    """Who acts on a complaint, or would on one about a code (None: nobody registered it)."""
    with transactions.look("page") as tx:
        holder = about.holder if about else None
        if isinstance(about, ComplaintRow):
            return Competence(about.department, _county(tx, holder))
        roles = read_holder_roles(tx.connection, holder) if holder else ()
        return Competence(competent_department(roles), _county(tx, holder))


def drop_contact(transactions: Transactions, text: str) -> str:
    """Forget how to reach who complained, at the wish of whoever holds the number; returns the number."""
    number = parse(text)
    with transactions.begin("page") as tx:
        forget_contact(tx.connection, _found(tx, number).id)
    return number


def complaints_for(
    transactions: Transactions, actor: Actor, *, state: str | None = None, before: str | None = None
) -> ComplaintPage:
    """A page of complaints, the newest first, of a regulator's area; for everybody else none.

    `before` is the number of the last one seen. Raises ComplaintUnknown for a number that is not in sight.
    """
    with transactions.look("complaints") as tx:
        last = _NEWEST if before is None else complaint_in_sight(tx, actor, parse(before)).id
        rows = _rows_in_sight(tx, actor, state, last)
        following = rows[_PAGE - 1].number if len(rows) > _PAGE else None
        return ComplaintPage(tuple(_seen(tx, row) for row in rows[:_PAGE]), following)


def complaints_in_sight(tx: Tx, actor: Actor) -> list[ComplaintRow]:
    """The newest complaints of a regulator's area, within a transaction that reads more."""
    return _rows_in_sight(tx, actor, None, _NEWEST)


def _rows_in_sight(tx: Tx, actor: Actor, state: str | None, before: int) -> list[ComplaintRow]:
    """One row more than a page, where there are as many."""
    found: list[ComplaintRow] = []
    while actor.oversees and len(found) <= _PAGE:
        part = list_complaints(tx.connection, tx.now, state=state, before=before, limit=_PAGE + 1)
        inside = _competent_for(tx, actor, {row.holder for row in part})
        found += [row for row in part if row.holder in inside]
        if len(part) <= _PAGE:
            break
        before = part[-1].id
    return found


def advance_complaint(
    transactions: Transactions,
    actor: Actor,
    text: str,
    state: str,
    answer: str | None,
    department: str | None = None,
) -> SeenComplaint:
    """Take a complaint one step on: a regulator passes it to the other department, or answers it for its own.

    `department` names who is to have it; without one, the other. Raises ComplaintUnknown (or not in sight),
    ComplaintStands, ComplaintElsewhere, ComplaintIncomplete (an answer without words).
    """
    number = parse(text)
    if state == ANSWERED and not (answer and answer.strip() and len(answer) <= LONGEST["answer"]):
        raise ComplaintIncomplete(fields=["answer"])
    with transactions.begin("complaints") as tx:
        row = complaint_in_sight(tx, actor, number)
        if row.state == ANSWERED:
            raise ComplaintStands(number=number, state=row.state, wanted=state)
        if state == FORWARDED:
            moved = _passed_on(tx, row, department)
        else:
            if DEPARTMENTS[row.department] not in actor.roles:
                raise ComplaintElsewhere(number=number, department=row.department)
            said = answer.strip() if answer else None
            moved = replace(row, state=ANSWERED, answer=said, answered_at=tx.now, due_at=None)
        moved = replace(moved, moved_by=actor.subject)
        if not move_complaint(tx.connection, moved, row):
            raise ComplaintStands(number=number, state=row.state, wanted=state)
        forget_ended(tx.connection, tx.now)
        _notify(tx, moved)
        return _seen(tx, moved)


def _passed_on(tx: Tx, row: ComplaintRow, department: str | None) -> ComplaintRow:
    others = [name for name in DEPARTMENTS if name != row.department]
    wanted = department or others[0]
    if wanted == row.department:
        raise ComplaintStands(number=row.number, state=row.department, wanted=wanted)
    until = limit_of(tx.rules, ACCEPTANCE, tx.now)
    return replace(row, state=FORWARDED, forwarded_at=tx.now, department=wanted, due_at=until)


def _seen(tx: Tx, row: ComplaintRow) -> SeenComplaint:
    kept = [one.name for one in fields(SeenComplaint) if one.name not in {"lots", "region"}]
    values = {name: getattr(row, name) for name in kept}
    return SeenComplaint(**values, lots=_lots(tx, row), region=_county(tx, row.holder))


def _county(tx: Tx, maker: str | None) -> str | None:
    """The county of the maker, as it stands now."""
    if maker is None:
        return None
    stated = regions_of_parties(tx.connection, [maker]).get(maker, frozenset())
    return next((county for code in stated if (county := county_of(code)) is not None), None)


def _lots(tx: Tx, row: ComplaintRow) -> tuple[str, ...]:
    """The lot first that was found when the complaint came, then the others under its code today."""
    if row.lot is None:
        return ()
    return (row.lot, *(lot for lot in lots_of_code(tx, row.code, row.printed) if lot != row.lot))


def _new_row(tx: Tx, number: str, given: Complaint, about: CodedLot | None) -> ComplaintRow:
    micros = to_micros(tx.now)
    return ComplaintRow(
        id=(micros // 1000) << 21 | secrets.randbits(21),  # time-ordered, as the outbox's
        number=number,
        kind=given.kind,
        topic=given.topic,
        text=given.text.strip(),
        code=given.code.strip(),
        lot=about.lot if about else None,
        batch_no=about.batch_no if about else None,
        holder=about.holder if about else None,
        printed=given.printed or None,
        state=RECEIVED,
        answer=None,
        filed_at=tx.now,
        forwarded_at=None,
        answered_at=None,
        ends_at=tx.now + _kept(tx.rules, "complaint", tx.now),
        department=competent_department(read_holder_roles(tx.connection, about.holder) if about else ()),
        due_at=limit_of(tx.rules, TRANSFER, tx.now),
        moved_by=None,
        contact=given.contact.strip() or None,
    )


def _kept(rules: Rules, record: str, now: datetime) -> timedelta:
    """How long such a row is kept, as a span of time."""
    return rules.at("K01", now.astimezone(SHANGHAI_TIME).date(), record=record).duration


def _found(tx: Tx, number: str) -> ComplaintRow:
    row = find_complaint(tx.connection, number, tx.now)
    if row is None:
        raise ComplaintUnknown(number=number)
    return row


def complaint_in_sight(tx: Tx, actor: Actor, number: str) -> ComplaintRow:
    """What is not the caller's to see is as unknown as what does not exist."""
    row = _found(tx, number)
    if not actor.oversees or row.holder not in _competent_for(tx, actor, [row.holder]):
        raise ComplaintUnknown(number=number)
    return row


def _competent_for(tx: Tx, actor: Actor, makers: Collection[str | None]) -> frozenset[str | None]:
    """The makers in an authority's area. What lies in no known county is for the level above counties to find
    out: it is not every county's."""
    inside = parties_in_area(tx.connection, actor, makers)
    if not is_of_county(actor.region):
        return inside
    return frozenset(maker for maker in inside if _county(tx, maker) is not None)


def _notify(tx: Tx, row: ComplaintRow) -> None:
    """Who has to act learns the number, the lot and the topic; never the words or the person."""
    payload: Mapping[str, object] = {
        "number": row.number,
        "kind": row.kind,
        "topic": row.topic,
        "lot": row.lot,
        "state": row.state,
        **({"lots": list(lots)} if len(lots := _lots(tx, row)) > 1 else {}),
        "to": DEPARTMENTS[row.department],
        "region": _county(tx, row.holder),
        "due": row.due_at.isoformat() if row.due_at else None,
    }
    put_notices(tx.connection, [("complaint", payload)], tx.now)
