"""Signing of an upload: what is to be signed, wave by wave, and what was signed, taken.

A wave holds claims in the order of the signer's stream. Who signs adds `prev`, the id of the statement before
(only the first is known here), and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from trace.errors import DraftMismatch, NotInOwnName, UploadFaulty
from trace.exchange.draft import Draft, in_signing_order
from trace.exchange.signing_plan import concealed
from trace.ledger.canonical import JsonValue, b64u, unb64u
from trace.ledger.claims import Anchor, new_claims
from trace.ledger.disclosure import conceal_members
from trace.ledger.statement import parse_statement
from trace.parties import Actor
from trace.store.log.checkpoints import find_latest_checkpoint
from trace.store.transaction import Transactions
from trace.store.uploads.drafts import (
    KNOWN,
    NEW,
    REFUSED,
    KeptDraft,
    count_drafts,
    drafts_to_sign,
    find_drafts,
    judge_drafts,
    note_drafts,
    state_drafts,
)
from trace.store.uploads.files import UploadRow
from trace.store.uploads.rows import count_faults, put_faults
from trace.usecases.codes.item_codes import IssuedCodes
from trace.usecases.intake.accept_statements import Acceptance
from trace.usecases.intake.receipt import KNOWN as KNOWN_STATE
from trace.usecases.intake.receipt import Outcome, Receipt, Refused
from trace.usecases.log.read_log import head_of
from trace.usecases.uploads.delivery_notes import notes_of, stated_drafts
from trace.usecases.uploads.fill_drafts import Desk, Filling
from trace.usecases.uploads.receive import require_idle, require_own
from trace.usecases.uploads.try_drafts import fault_of, try_run

WAVE: Final = 500


@dataclass(frozen=True, slots=True)
class Prepared:
    """One statement to be signed: its claims without `prev`, and the disclosures of what is concealed."""

    key: str
    claims: Mapping[str, JsonValue]
    disclosures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wave:
    """What is to be signed next in a stream; `prev` is the statement before the first. `left` counts all."""

    iss: str
    stream: str
    prev: str | None
    statements: tuple[Prepared, ...]
    left: int


@dataclass(frozen=True, slots=True)
class Signed:
    """A statement that was signed for the draft of this key: flattened JWS with its disclosures."""

    key: str
    jws: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StatedRow:
    """The receipt of what rows of an upload state."""

    key: str
    sheet: str
    rows: tuple[int, ...]
    typ: str
    stmt: str
    index: int
    note: str | None


def next_wave(
    transactions: Transactions,
    codes: IssuedCodes,
    actor: Actor,
    upload: str,
    stream: str,
    *,
    leave_faulty: bool = False,
) -> Wave:
    """What is to be signed next; nothing once all of it is stated.

    Rows with faults are left out only where the caller says so (`UploadFaulty`). What would be refused by
    now is none of it, and becomes a fault.
    """
    with transactions.look(actor.subject) as tx:
        one = require_own(tx, actor, upload)
        require_idle(tx, one)
        faults = count_faults(tx.connection, one.id)
        if faults.of_file or (faults.faults and not leave_faulty):
            raise UploadFaulty(upload=one.id, rows=faults.rows, count=faults.faults)
    desk = Desk(transactions, codes, one.holder)
    while True:
        with transactions.look(actor.subject) as tx:
            kept = drafts_to_sign(tx.connection, one.id, WAVE)
            left = count_drafts(tx.connection, one.id).get(NEW, 0)
        fresh = still_new(transactions, desk, one, kept)
        if fresh or not kept:
            return _prepared(transactions, desk, one, stream, fresh, left)


def still_new(
    transactions: Transactions,
    desk: Desk,
    one: UploadRow,
    kept: Sequence[KeptDraft],
    *,
    planned: bool = False,
) -> list[KeptDraft]:
    """Those that the platform would still take as new; the others are written down as what they are now.

    `planned`: they may refer to each other, and are tried in the order in which they will be signed.
    """
    if planned:
        order = {each.key: place for place, each in enumerate(in_signing_order([k.draft for k in kept]))}
        kept = sorted(kept, key=lambda each: order[each.draft.key])
    outcomes = try_run(desk, [each.draft for each in kept])
    fresh, judged, faults = [], list[tuple[str, str | None, str | None, Sequence[str]]](), []
    for each, outcome in zip(kept, outcomes, strict=True):
        if isinstance(outcome, Refused):
            judged.append((each.draft.key, REFUSED, None, ()))
            faults.append(fault_of(each, outcome.refusal))
        elif outcome.state == KNOWN_STATE:
            judged.append((each.draft.key, KNOWN, outcome.statement_id, ()))
        else:
            fresh.append(each)
    if judged:
        with transactions.begin("uploads") as tx:
            judge_drafts(tx.connection, one.id, judged)
            put_faults(tx.connection, one.id, faults)
    return fresh


def _prepared(
    transactions: Transactions, desk: Desk, one: UploadRow, stream: str, kept: Sequence[KeptDraft], left: int
) -> Wave:
    drafts = [each.draft for each in kept]
    handovers = desk.handovers(drafts)
    handovers.write_notes(drafts)
    handovers.secrets.update({each.draft.key: unb64u(each.note) for each in kept if each.note is not None})
    filling = Filling(desk, {}, handovers)
    filling.look(drafts)
    head = head_of(transactions, one.holder, stream)
    with transactions.begin("uploads") as tx:
        notes = {key: b64u(secret) for key, secret in handovers.secrets.items()}
        note_drafts(tx.connection, one.id, notes)
        newest = find_latest_checkpoint(tx.connection)
        anchor = None if newest is None else _anchor(newest.note)
        now = tx.now
    made = []
    for seq, draft in enumerate(drafts, start=head.seq + 1):
        data, inputs = filling.fill(draft)
        salts = {**draft.salts, **handovers.salts(draft)}
        shown, hidden = conceal_members(
            cast("Mapping[str, JsonValue]", data), concealed(draft, data), salts=salts
        )
        claims = new_claims(
            draft.typ,
            one.holder,
            stream,
            seq=seq,
            prev=None,
            sub=draft.sub,
            occurred_at=draft.occurred_at,
            signed_at=now,
            data=shown,
            anchor=anchor,
            inputs=inputs,
        )
        if hidden:
            claims["_sd_alg"] = "sha-256"
        made.append(Prepared(draft.key, claims, tuple(each.encoded for each in hidden)))
    return Wave(one.holder, stream, head.stmt, tuple(made), left)


def _anchor(note: str) -> Anchor | None:
    origin, size, root = note.split("\n", 3)[:3]
    return Anchor(origin, int(size), root) if int(size) else None


def submit(
    transactions: Transactions, acceptance: Acceptance, actor: Actor, upload: str, signed: Sequence[Signed]
) -> list[Outcome]:
    """Take what was signed of a wave, whole or not at all; one outcome each, in order.

    Raises `DraftMismatch` for a statement that does not speak of its draft, `NotInOwnName`.
    """
    with transactions.look(actor.subject) as tx:
        one = require_own(tx, actor, upload)
        kept = find_drafts(tx.connection, one.id, [each.key for each in signed])
    for each in signed:
        claims = parse_statement(each.jws).claims
        if claims.iss != one.holder:
            raise NotInOwnName(name=claims.iss[:80])
        _require_same(each.key, kept.get(each.key), claims.typ, claims.sub)
    outcomes = acceptance.accept([each.jws for each in signed], each=False)
    stated = [
        (each.key, outcome.statement_id, outcome.index)
        for each, outcome in zip(signed, outcomes, strict=True)
        if isinstance(outcome, Receipt)
    ]
    with transactions.begin(actor.subject) as tx:
        state_drafts(tx.connection, one.id, stated)
    return outcomes


def _require_same(key: str, kept: KeptDraft | None, typ: str, sub: str) -> None:
    draft: Draft | None = None if kept is None else kept.draft
    if draft is None or draft.typ != typ or draft.sub != sub:
        raise DraftMismatch(key=key[:40])


def receipts_of(transactions: Transactions, actor: Actor, upload: str) -> list[StatedRow]:
    """What was stated from this upload, with the rows that say it, and the notes of its shipments."""
    kept = stated_drafts(transactions, actor, upload)
    notes = {note: text for note, (text, _) in notes_of(kept).items()}
    return [
        StatedRow(
            each.draft.key, each.draft.origin.sheet, each.draft.origin.rows, each.draft.typ,
            each.stmt or "", each.index or 0, notes.get(each.note or ""),
        )
        for each in kept
    ]  # fmt: skip
