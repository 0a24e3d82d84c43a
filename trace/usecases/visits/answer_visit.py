"""What a visited firm sees of a visit, and its answer to an order: words, and what proves them.

It sees what was signed: findings, result, order and its last day. It sees nothing of a visit that is not
signed yet, and never where or when the inspectors' devices stood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.errors import PurposeMissing, VisitStepUnfit, VisitUnknown
from trace.ledger.statement import parse_statement
from trace.oversight.visits.counted import VisitRecord, counted
from trace.oversight.visits.orders import ANSWER, RECHECK, order_state
from trace.parties import Actor
from trace.store.accounts.people import find_organisation
from trace.store.log.entries import find_entries
from trace.store.log.evidence import find_evidence_of
from trace.store.transaction import Transactions, Tx
from trace.store.visits.papers import VisitPaper, find_visit_paper, papers_of_visit
from trace.store.visits.records import visit_records_of
from trace.store.visits.visits import VisitEvent, events_of_visit, find_visit, past_of
from trace.usecases.accounts.forms import once
from trace.usecases.casework.take_step import Paper
from trace.usecases.visits.fill_visit import Happening, Photo, happened, keep_photo

ANSWERING: Final = "/desk/visits/{}"
_LEAST_WORDS: Final = 4


@dataclass(frozen=True, slots=True)
class PartTold:
    """What a department signed, in words, with how its order stands; `findings` as the record has them."""

    department: str
    authority: str
    record: VisitRecord
    findings: Sequence[str]
    order: str


@dataclass(frozen=True, slots=True)
class VisitTold:
    """A visit as the firm sees it; `answers` are its own, the oldest first."""

    number: str
    kind: str
    day: date
    parts: Sequence[PartTold]
    version: int
    answers: Sequence[VisitEvent]
    rechecks: Sequence[VisitEvent]
    papers: Sequence[VisitPaper]
    published_at: datetime | None

    @property
    def waits(self) -> bool:
        """Whether an order waits for an answer."""
        return any(one.order in {"due", "overdue"} for one in self.parts)


def list_visits_told(transactions: Transactions, actor: Actor) -> list[VisitTold]:
    """The signed visits of the caller's own firm, the newest first."""
    party = actor.party or ""
    with transactions.look(actor.subject) as tx:
        records = visit_records_of(tx.connection, party)
        numbers = [one.number for one in reversed(counted(records))]
        return [told for number in numbers if (told := _told(tx, party, number, records)) is not None]


def read_visit_told(transactions: Transactions, actor: Actor, number: str) -> VisitTold:
    """One signed visit of the caller's own firm; raises `VisitUnknown`, of another firm's too."""
    party = actor.party or ""
    with transactions.look(actor.subject) as tx:
        told = _told(tx, party, number, visit_records_of(tx.connection, party))
    if told is None:
        raise VisitUnknown(number=number[:40])
    return told


def answer_visit(
    transactions: Transactions, actor: Actor, key: str, number: str, words: str, papers: Sequence[Paper]
) -> str:
    """Answer the orders of a visit; the address of the visit on the firm's desk.

    Raises `VisitUnknown`, `VisitStepUnfit` where nothing waits, `PurposeMissing`, `PaperUnfit`, `VisitMoved`.
    """
    party = actor.party or ""
    with transactions.begin(actor.subject) as tx:
        done = once(tx, key, actor.person)
        if done.before:
            return done.leads_to
        told = _told(tx, party, number, visit_records_of(tx.connection, party))
        row = find_visit(tx.connection, number)
        if told is None or row is None:
            raise VisitUnknown(number=number[:40])
        if not told.waits:
            raise VisitStepUnfit(number=number, step=ANSWER)
        if len(words.strip()) < _LEAST_WORDS:
            raise PurposeMissing
        files = [keep_photo(tx, row, "", actor, Photo(one), "") for one in papers]
        happened(tx, row, actor, Happening(ANSWER, "", row.version, words, evidence=tuple(files)))
        return done.to(ANSWERING.format(number))


def read_own_paper(
    transactions: Transactions, actor: Actor, number: str, digest: str
) -> tuple[VisitPaper, bytes] | None:
    """A file that the caller's own firm handed in; None where there is none such."""
    with transactions.look(actor.subject) as tx:
        row = find_visit(tx.connection, number)
        if row is None or row.party != actor.party:
            raise VisitUnknown(number=number[:40])
        found = find_visit_paper(tx.connection, number, digest)
    return found if found is not None and not found[0].department else None


def orders_waiting(tx: Tx, party: str) -> list[date]:
    """The last days of the orders to a firm that wait for its answer."""
    records = visit_records_of(tx.connection, party)
    if not any(one.rectify_by for one in records):
        return []
    found = []
    for number in {one.number for one in records if one.rectify_by}:
        told = _told(tx, party, number, records)
        if told is not None and told.waits:
            found += [one.record.rectify_by for one in told.parts if one.record.rectify_by is not None]
    return sorted(found)


def findings_signed(tx: Tx, records: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Record -> its findings in the words that were signed."""
    jws = {one.statement_id: one.jws for one in find_evidence_of(tx.connection, set(records))}
    jws |= {stmt: entry.jws for stmt, entry in find_entries(tx.connection, set(records)).items()}
    said = {stmt: parse_statement(one).claims.data.get("findings") for stmt, one in jws.items()}
    return {stmt: tuple(map(str, found)) for stmt, found in said.items() if isinstance(found, Sequence)}


def _told(tx: Tx, party: str, number: str, records: Sequence[VisitRecord]) -> VisitTold | None:
    row = find_visit(tx.connection, number)
    if row is None or row.party != party:
        return None
    replaced = {one.replaces for one in records}
    standing = [one for one in records if one.number == number and one.record not in replaced]
    if not standing:
        return None
    events = events_of_visit(tx.connection, number)
    past, today = past_of(events), day_in_shanghai(tx.now)
    told = findings_signed(tx, [one.record for one in standing])
    parts = [
        PartTold(
            one.department,
            of.name if (of := find_organisation(tx.connection, one.authority)) is not None else one.authority,
            one,
            told.get(one.record, ()),
            order_state(one.department, one.rectify_by, past, today),
        )
        for one in sorted(standing, key=lambda one: one.department)
    ]
    return VisitTold(
        number, row.kind, row.day, parts, row.version,
        [one for one in events if one.event == ANSWER],
        [one for one in events if one.event == RECHECK],
        [one for one in papers_of_visit(tx.connection, number) if not one.department],
        row.published_at,
    )  # fmt: skip
