"""Batches of drafts: kept for who will sign them, shown as the very bytes, taken when they come back signed.

A batch is its organisation's, whoever prepared it. What was taken is noted draft by draft: what is left stays
to be signed, with this key or another.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import orjson

from trace.access.record_kinds import may_sign, may_sign_for, signers_of, wants_two
from trace.chain.facts.corrections import CORRECTION, named_in
from trace.errors import (
    KeyNotValid,
    KeyUnknown,
    KindNotYours,
    NotOfThisBatch,
    SecondPersonNeeded,
    SigningBatchUnknown,
)
from trace.ledger.checkpoint import Checkpoint
from trace.ledger.keys import ANY_STREAM, KeyEntry
from trace.ledger.statement import Statement
from trace.parties import Lent
from trace.store.casework.cases import names_of
from trace.store.log.checkpoints import find_latest_checkpoint
from trace.store.log.entries import ChainHead, find_entries, read_heads
from trace.store.log.keys import read_keys
from trace.store.signing.batches import (
    BatchRow,
    DraftRow,
    add_batch,
    count_waiting,
    find_batch,
    list_waiting,
    note_taken,
    read_drafts,
    renew_batch,
)
from trace.store.signing.keys import see_key, stopped_among
from trace.store.transaction import Transactions, Tx
from trace.usecases.intake.accept_statements import Acceptance
from trace.usecases.intake.check_drafts import DraftRecord, check_drafts, draft_id
from trace.usecases.intake.decide_round import STOPPED
from trace.usecases.intake.receipt import Outcome, Receipt, Refused
from trace.usecases.signing.content import Content
from trace.usecases.signing.prepared import Prepared, prepare, says

__all__ = [
    "Batch",
    "DraftRow",
    "ForSigning",
    "Signer",
    "count_batches",
    "for_signing",
    "keep_batch",
    "keep_in",
    "living_key",
    "open_batch",
    "own_stream",
    "stream_of",
    "take_signed",
    "usable_key",
    "waiting_batches",
]

_FRESH: Final = timedelta(hours=6)
"""How old the time of signing in a batch may be before it is set anew."""


ROLE: Final = "role"
OTHER: Final = "other-person"
AFTER: Final = "after"
"""Why a person leaves a draft to others: none of the roles signs it, who prepared it does not, or it names
one that is left."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: a person, for an organisation, with `duties` there and those `lent` by others; `of_kind` is
    the organisation's."""

    iss: str
    person: str
    of_kind: str = ""
    duties: frozenset[str] = frozenset()
    lent: tuple[Lent, ...] = ()

    def instead_of(self, typ: str) -> Lent | None:
        """In whose place this person signs records of that kind; None where nobody's, or not at all."""
        if may_sign(self.duties, self.of_kind, typ):
            return None
        return next((one for one in self.lent if may_sign_for(one.duties, self.of_kind, typ)), None)

    def withheld(self, typ: str, prepared_by: str) -> str:
        """Why this person does not sign a record of that kind: `ROLE`, `OTHER`, "" for no reason."""
        instead = self.instead_of(typ)
        if instead is None and not may_sign(self.duties, self.of_kind, typ):
            return ROLE
        # Whose word it is counts as well: a deputy releases nothing that the absent one prepared.
        mine = {self.person} if instead is None else {self.person, instead.giver}
        return OTHER if wants_two(self.of_kind, typ) and prepared_by in mine else ""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch with its drafts, and what the rules say of those that wait, in their order.

    `kinds`: place -> the kind that a draft counts as; a correction is of the kind that it corrects.
    `names`: of those who signed some of it, and in whose place.
    """

    row: BatchRow
    drafts: tuple[DraftRow, ...]
    checks: tuple[Outcome, ...]
    kinds: Mapping[int, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def waiting(self) -> tuple[DraftRow, ...]:
        return tuple(one for one in self.drafts if one.stmt is None)

    @property
    def blocked(self) -> dict[int, Refused]:
        """Place -> why it would be refused now: such a draft is not signed, whoever signs the others."""
        pairs = zip(self.waiting, self.checks, strict=True)
        return {row.place: one for row, one in pairs if isinstance(one, Refused)}

    @property
    def signable(self) -> tuple[DraftRow, ...]:
        blocked = self.blocked
        return tuple(one for one in self.waiting if one.place not in blocked)

    def withheld(self, who: Signer) -> dict[int, str]:
        """Place -> why this person leaves it to others, of what could be signed: `ROLE`, `OTHER`, `AFTER`."""
        found: dict[int, str] = {}
        for row in self.signable:
            reason = who.withheld(self.kinds[row.place], self.row.person)
            if not reason and not _named(row).isdisjoint(draft_id(place) for place in found):
                reason = AFTER
            if reason:
                found[row.place] = reason
        return found

    def signable_by(self, who: Signer) -> tuple[DraftRow, ...]:
        """What this person signs of it now."""
        withheld = self.withheld(who)
        return tuple(one for one in self.signable if one.place not in withheld)


@dataclass(frozen=True, slots=True)
class ForSigning:
    """What a signer of one key gets: the end of its chain as the log has it, drafts, statements they cite."""

    iss: str
    kid: str
    stream: str
    head: ChainHead | None
    drafts: tuple[Prepared, ...]
    cited: Mapping[str, str]
    head_compact: str = ""


def keep_batch(
    transactions: Transactions, iss: str, person: str, title: str, contents: Sequence[Content]
) -> str:
    """Keep drafts to be signed together; the name of the batch."""
    with transactions.begin("signing") as tx:
        return keep_in(tx, Signer(iss, person), title, contents)


def keep_in(tx: Tx, who: Signer, title: str, contents: Sequence[Content]) -> str:
    """Keep drafts to be signed together within a transaction that does more; the name of the batch."""
    number = secrets.token_urlsafe(12)
    batch = BatchRow(number, who.iss, who.person, title, tx.now, _whole(tx), _anchor(tx))
    add_batch(tx.connection, batch, [one.as_data() for one in contents])
    return number


def waiting_batches(transactions: Transactions, iss: str) -> list[tuple[BatchRow, int]]:
    """An organisation's batches that wait for a signature, and how many drafts of each do."""
    with transactions.look("signing") as tx:
        return list_waiting(tx.connection, iss)


def count_batches(transactions: Transactions, iss: str) -> tuple[int, int]:
    """How many batches of an organisation wait for a signature, and when the newest was made."""
    with transactions.look("signing") as tx:
        return count_waiting(tx.connection, iss)


def open_batch(transactions: Transactions, iss: str, number: str) -> Batch:
    """A batch about to be looked at, with what the rules say of it now; raises `SigningBatchUnknown`."""
    with transactions.begin("signing") as tx:
        batch = _require(tx, iss, number)
        if tx.now - batch.signed_at > _FRESH:
            renew_batch(tx.connection, number, _whole(tx), _anchor(tx))
            batch = _require(tx, iss, number)
        whole = _read(tx, iss, number)
    return _checked(transactions, whole)


def for_signing(transactions: Transactions, who: Signer, number: str, kid: str) -> ForSigning:
    """What of a batch this person can sign, with a key of the organisation; raises `SigningBatchUnknown`,
    `KeyUnknown`, `KeyNotValid`."""
    iss = who.iss
    with transactions.look("signing") as tx:
        whole = _read(tx, iss, number)
    whole = _checked(transactions, whole)
    blocked = frozenset({*whole.blocked, *whole.withheld(who)})
    with transactions.look("signing") as tx:
        batch = whole.row
        stream = stream_of(usable_key(tx, iss, kid))
        head = read_heads(tx.connection, {(iss, stream)}).get((iss, stream))
        drafts = prepare(batch, whole.drafts, stream, head, blocked)
        names = {name for one in drafts for name in named_in(one.claims["data"]) if ":" not in name}
        last = {head.statement_id} if head is not None else set()
        found = {stmt: entry.jws for stmt, entry in find_entries(tx.connection, names | last).items()}
    cited = {stmt: jws for stmt, jws in found.items() if stmt in names}
    compact = found.get(head.statement_id, "") if head is not None else ""
    return ForSigning(iss, kid, stream, head, drafts, cited, compact)


def take_signed(
    transactions: Transactions, acceptance: Acceptance, who: Signer, number: str, signed: Sequence[Statement]
) -> list[Outcome]:
    """Hand signed statements of a batch to the log, all or none, and note what became of its drafts.

    Raises `SigningBatchUnknown`, `NotOfThisBatch`, `KindNotYours`, `SecondPersonNeeded`. A statement that
    stands already is recognised: a device that lost an answer sends again.
    """
    iss = who.iss
    with transactions.look("signing") as tx:
        whole = _read(tx, iss, number)
    drafts = {str(one.content["jti"]): one for one in whole.drafts}
    _require_as_drafted(iss, drafts, signed)
    _require_duty(who, whole, [drafts[one.claims.jti] for one in signed])
    outcomes = acceptance.accept([one.flattened() for one in signed], each=False)
    with transactions.begin("signing") as tx:
        taken = [
            replace(
                drafts[statement.claims.jti],
                stmt=outcome.statement_id,
                log=outcome.log,
                index=outcome.index,
                marks=outcome.marks,
                kid=statement.kid,
                person=who.person,
                taken_at=tx.now,
                instead_of=_giver(who, whole.kinds[drafts[statement.claims.jti].place]),
            )
            for statement, outcome in zip(signed, outcomes, strict=True)
            if isinstance(outcome, Receipt)
        ]
        note_taken(tx.connection, number, taken)
        for kid in {statement.kid for statement in signed}:
            see_key(tx.connection, kid, iss, tx.now)
    return outcomes


def _require_as_drafted(iss: str, drafts: Mapping[str, DraftRow], signed: Sequence[Statement]) -> None:
    """Refuse a statement that says anything else than its draft: the batch would count it as signed."""
    known = [(drafts.get(one.claims.jti), one) for one in signed]
    taken = {draft_id(one.place): one.stmt for one in drafts.values() if one.stmt is not None}
    fresh = {draft_id(draft.place): one.statement_id for draft, one in known if draft is not None}
    for draft, one in known:
        # What is sent again after a lost answer may cite what was taken then, or what it brings again.
        if draft is None or one.claims.iss != iss:
            raise NotOfThisBatch
        if not any(says(draft, one, names) for names in ({**taken, **fresh}, {**fresh, **taken})):
            raise NotOfThisBatch


def _require_duty(who: Signer, batch: Batch, signed: Sequence[DraftRow]) -> None:
    """Refuse what this person does not sign; raises `KindNotYours`, `SecondPersonNeeded`."""
    for draft in signed:
        typ = batch.kinds[draft.place]
        reason = who.withheld(typ, batch.row.person)
        if reason == ROLE:
            raise KindNotYours(typ=typ, roles=list(signers_of(who.of_kind, typ)))
        if reason == OTHER:
            raise SecondPersonNeeded(typ=typ)


def usable_key(tx: Tx, iss: str, kid: str) -> KeyEntry:
    """A key with which the organisation can sign now; raises as `living_key`."""
    entry = living_key(tx, iss, kid)
    if stopped_among(tx.connection, {kid}):
        raise KeyNotValid(kid=kid, reason=STOPPED, index=entry.registered_at)
    return entry


def living_key(tx: Tx, iss: str, kid: str) -> KeyEntry:
    """A living key of the organisation in this log; raises `KeyUnknown`, `KeyNotValid`."""
    entry = read_keys(tx.connection, tx.origin, {kid}).get(kid)
    if entry is None or entry.holder != iss:
        raise KeyUnknown(kid=kid)
    if entry.revoked_at is not None:
        raise KeyNotValid(kid=kid, reason="revoked", index=entry.revoked_at)
    if tx.now > entry.valid_to:
        raise KeyNotValid(kid=kid, reason="expired", index=entry.registered_at)
    return entry


def stream_of(entry: KeyEntry) -> str:
    """The chain that a key writes: its own, so that two devices never wait for each other."""
    return own_stream(entry.kid) if ANY_STREAM in entry.streams else entry.streams[0]


def own_stream(kid: str) -> str:
    """The name of a key's own chain."""
    return f"key-{kid[:16]}"


def _read(tx: Tx, iss: str, number: str) -> Batch:
    drafts = tuple(read_drafts(tx.connection, number))
    row = _require(tx, iss, number)
    persons = {name for one in drafts for name in (one.person, one.instead_of) if name}
    return Batch(row, drafts, (), _kinds(tx, drafts), names_of(tx.connection, sorted(persons)))


def _giver(who: Signer, typ: str) -> str | None:
    instead = who.instead_of(typ)
    return instead.giver if instead is not None else None


def _kinds(tx: Tx, drafts: Sequence[DraftRow]) -> dict[int, str]:
    """Place -> the kind that a draft counts as."""
    amended = {
        one.place: str(one.content["data"]["amends"])
        for one in drafts
        if one.content["typ"] == CORRECTION.typ
    }
    found = find_entries(tx.connection, set(amended.values()))
    kinds = {}
    for one in drafts:
        before = found.get(amended.get(one.place, ""))
        kinds[one.place] = str(one.content["typ"]) if before is None else before.typ
    return kinds


def _named(row: DraftRow) -> set[str]:
    """The statements that a draft refers to."""
    return named_in(row.content["data"]) | {str(one["stmt"]) for one in row.content["inputs"]}


def _checked(transactions: Transactions, batch: Batch) -> Batch:
    """The batch with what the rules say of what waits."""
    records = [_record(Content.from_data(one.content)) for one in batch.waiting]
    checks = check_drafts(transactions, batch.row.iss, records) if records else []
    return replace(batch, checks=tuple(checks))


def _require(tx: Tx, iss: str, number: str) -> BatchRow:
    batch = find_batch(tx.connection, number, iss)
    if batch is None:
        raise SigningBatchUnknown
    return batch


def _record(content: Content) -> DraftRecord:
    occurred = datetime.fromisoformat(content.occurred_at)
    return DraftRecord(content.typ, content.sub, occurred, content.data, tuple(content.salts))


def _whole(tx: Tx) -> datetime:
    return tx.now.replace(microsecond=0)


def _anchor(tx: Tx) -> str:
    newest = find_latest_checkpoint(tx.connection)
    if newest is None or not newest.size:
        return ""
    root = Checkpoint(tx.origin, newest.size, newest.root).root_text
    return orjson.dumps({"origin": tx.origin, "size": newest.size, "root": root}).decode()
