"""The file of a farm for authorities of its area: producer, environment and inputs with their history."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.corrections import CORRECTION
from trace.chain.facts.farm import OPERATION
from trace.chain.facts.master import PARTY, PLACE
from trace.chain.privacy import masked
from trace.errors import RegisterFirmElsewhere, RightMissing
from trace.ledger.statement import parse_statement
from trace.oversight.farm_history import (
    ENVIRONMENT,
    INPUTS,
    ITEMS,
    PRODUCER,
    Line,
    Said,
    lines_of,
)
from trace.oversight.grid import FarmLine
from trace.oversight.visits.answers import Answer
from trace.oversight.visits.verified import with_own
from trace.parties import ALL, Actor
from trace.rules.forms import Item
from trace.store.casework.asked import firm_names
from trace.store.chain.statements import StatementRow
from trace.store.log.entries import find_entries
from trace.store.log.evidence import find_evidence_of
from trace.store.lots.farm_history import statements_about
from trace.store.transaction import Transactions, Tx
from trace.store.visits.visits import PartRow, signed_parts_of
from trace.usecases.casework.look import Purpose, Seen, note_looks
from trace.usecases.forms.versions import form_kept
from trace.usecases.supervision.credit import CreditEntry
from trace.usecases.supervision.farms import register_of_farms
from trace.usecases.supervision.messages import authority_names
from trace.usecases.visits.farm_credit import credit_of_farm
from trace.usecases.visits.goods_seen import GoodsMet, goods_met, samples_of

MOST: Final = 1_000
"""Statements that are shown: the newest; the page says where there are more."""
_HEADS: Final[Mapping[str, str]] = {PARTY.typ: PRODUCER, PLACE.typ: ENVIRONMENT, OPERATION.typ: INPUTS}


@dataclass(frozen=True, slots=True)
class Inspected:
    """A signed answer of an inspection, under the head that it belongs to."""

    head: str
    day: date
    number: str
    item: Item
    answer: Answer
    record: str


@dataclass(frozen=True, slots=True)
class FarmFile:
    """A farm with its history, the newest first, and the names of who signed it; `goods`: its lots that were
    looked at, and those sampled within a year."""

    line: FarmLine
    lines: Sequence[Line]
    inspected: Sequence[Inspected]
    names: Mapping[str, str]
    more: bool
    credit: Sequence[CreditEntry] = ()
    goods: Sequence[GoodsMet] = ()

    def under(self, head: str) -> list[Line]:
        return [one for one in self.lines if one.head == head]

    def inspected_under(self, head: str) -> list[Inspected]:
        return [one for one in self.inspected if one.head == head]


def read_farm_file(transactions: Transactions, actor: Actor, party: str) -> FarmFile:
    """A farm of the caller's area; the look is noted. Raises `RightMissing`, `RegisterFirmElsewhere`."""
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.begin(actor.subject) as tx:
        register = register_of_farms(tx, actor)
        line = next((one for one in register.lines if one.farm.party == party), None)
        if line is None:
            raise RegisterFirmElsewhere(firm=party[:60])
        about = [party, *(plot.urn for plot in line.farm.plots)]
        rows = statements_about(tx.connection, about, MOST + 1)
        jws = _jws_of(tx, {one.statement for one in rows})
        said = [
            _said(row, parse_statement(jws[row.statement]).claims.data)
            for row in reversed(rows[:MOST])
            if row.statement in jws
        ]
        lines = lines_of(_HEADS, said, CORRECTION.typ)
        parts = signed_parts_of(tx.connection, [party])
        inspected = _inspected(tx, parts)
        note_looks(tx, actor, [party], Seen("page", "farm", len(lines) + len(inspected)), Purpose("主体档案"))
        signers = {one.iss for one in said}
        names = {**authority_names(tx, signers), **firm_names(tx.connection, sorted(signers))}
        credit = credit_of_farm(tx, actor, party)
        stated = sorted({one.authority for one in credit} - set(names))
        names |= firm_names(tx.connection, stated) | authority_names(tx, stated)
        return FarmFile(
            line, lines, inspected, names, len(rows) > MOST, credit, _goods(tx, actor, party, parts)
        )


def _jws_of(tx: Tx, statements: Collection[str]) -> dict[str, str]:
    """Statement -> how it was signed, on this log or on that of another platform."""
    found = {one.statement_id: one.jws for one in find_evidence_of(tx.connection, statements)}
    return found | {stmt: entry.jws for stmt, entry in find_entries(tx.connection, statements).items()}


def _said(row: StatementRow, data: Mapping[str, Any]) -> Said:
    return Said(row.statement, row.typ, row.iss, row.sub, row.logged_at, masked(row.typ, data))


def _goods(tx: Tx, actor: Actor, party: str, parts: Sequence[tuple[str, date, PartRow]]) -> list[GoodsMet]:
    looked = [(lot, part.number, day) for _, day, part in parts for lot in part.lots]
    return goods_met(looked, samples_of(tx.connection, actor.region, party, (), day_in_shanghai(tx.now)))


def _inspected(tx: Tx, parts: Sequence[tuple[str, date, PartRow]]) -> list[Inspected]:
    found = []
    for _, day, part in parts:
        form = with_own(form_kept(tx, part.form, part.form_version))
        for answer in part.answers:
            item, head = form.item(answer.item), ITEMS.get(answer.item)
            if item is not None and head is not None:
                found.append(Inspected(head, day, part.number, item, answer, str(part.record)))
    return found
