"""Draft checks before anybody signs: the same admission, on a snapshot, with nothing stored.

The n-th draft stands for a statement with the id `draft_id(n)`, so that later drafts can refer to earlier
ones of the same file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from trace.chain.admission import Envelope, admit
from trace.chain.effects import EntryRef, Mark
from trace.chain.facts import Fact, parse_fact
from trace.errors import Refusal
from trace.errors.food import ReportStated
from trace.frozen import quickly_made
from trace.ledger.canonical import JsonValue, b64u
from trace.ledger.claims import InputRef
from trace.ledger.disclosure import conceal_members
from trace.store.log.entries import read_head
from trace.store.log.keys import list_keys
from trace.store.transaction import Transactions
from trace.usecases.intake.load_round import Stated as Drafted
from trace.usecases.intake.load_round import load_round
from trace.usecases.intake.receipt import KNOWN, Outcome, Receipt, Refused
from trace.usecases.intake.stated_before import Stated, StatedBefore

DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """One draft: what it would say, and when it happened; `private` members would be concealed."""

    typ: str
    sub: str
    occurred_at: datetime
    data: Mapping[str, object]
    private: Sequence[str] = ()


@quickly_made
@dataclass(frozen=True, slots=True)
class Tried(Receipt):
    """What a draft would get, with its marks as they would be written: rule, clause and figures."""

    noted: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class _DraftClaims:
    typ: str
    iss: str
    sub: str
    occurred_at: datetime
    signed_at: datetime
    data: Mapping[str, object]
    stream: str = DRAFT
    seq: int = 0
    prev: str | None = None
    inputs: tuple[InputRef, ...] = ()


def draft_id(position: int) -> str:
    """The stand-in statement id of the n-th draft, counted from 1: 43 characters."""
    return b64u(hashlib.sha256(f"draft-{position}".encode()).digest())


def check_drafts(transactions: Transactions, iss: str, drafts: Sequence[DraftRecord]) -> list[Outcome]:
    """One outcome a draft, in order: the marks that it would get, or why it would be refused.

    A refused draft is left out of what the following ones are tried against; what its signer has stated
    already, with the same content, is known. Refusals say much of the signer's stock: ask who calls first.
    """
    sealed = [_sealed(draft) for draft in drafts]
    facts = [
        _read(position, draft, data)
        for position, (draft, data) in enumerate(zip(drafts, sealed, strict=True))
    ]
    with transactions.look() as tx:
        head = read_head(tx.connection)
        stated = [
            _DraftClaims(one.typ, iss, one.sub, one.occurred_at, tx.now, data)
            for one, data in zip(drafts, sealed, strict=True)
        ]
        known = load_round(
            tx.connection,
            [tx.origin],
            [
                Drafted.of(claims, fact, draft_id(position + 1))
                for position, (claims, fact) in enumerate(zip(stated, facts, strict=True))
                if not isinstance(fact, Refused)
            ],
        )
        roles = {role for key in list_keys(tx.connection, tx.origin, holder=iss) for role in key.roles}
        before = StatedBefore(tx, iss, drafts)
        outcomes: list[Outcome] = []
        for position, (claims, fact) in enumerate(zip(stated, facts, strict=True)):
            again = before.find(drafts[position], draft_id(position + 1))
            if again is not None:
                outcomes.append(_again(position, drafts[position], again, tx.origin))
                continue
            if isinstance(fact, Refused):
                outcomes.append(fact)
                continue
            entry = EntryRef(tx.origin, head.size + position, draft_id(position + 1), iss, tx.now)
            envelope = Envelope(disclosed=frozenset(drafts[position].private))
            try:
                effects = admit(claims, fact, entry, known, tx.rules, roles=roles, envelope=envelope)
            except Refusal as refusal:
                outcomes.append(Refused(position, refusal))
                continue
            known.apply(effects)
            marks = tuple(mark.code for mark in effects.marks)
            place = (entry.statement_id, entry.index, tx.origin, DRAFT, marks)
            outcomes.append(Tried(*place, tuple(effects.marks)))
    return outcomes


def _again(position: int, draft: DraftRecord, stated: Stated, origin: str) -> Outcome:
    """What was stated before is known; a report under a number that says something else is no new one."""
    if stated.same:
        return Receipt(stated.statement, stated.index, origin, KNOWN)
    refusal = ReportStated(number=str(draft.data.get("reportNo", "")), lot=draft.sub, stmt=stated.statement)
    return Refused(position, refusal)


def _sealed(draft: DraftRecord) -> Mapping[str, object]:
    """The data as they would be signed: a draft is decided on by the same bytes as its statement."""
    if not draft.private:
        return draft.data
    return conceal_members(cast("Mapping[str, JsonValue]", draft.data), draft.private)[0]


def _read(position: int, draft: DraftRecord, data: Mapping[str, object]) -> Fact | Refused:
    try:
        return parse_fact(draft.typ, data, draft.sub, draft.occurred_at)
    except Refusal as refusal:
        return Refused(position, refusal)
