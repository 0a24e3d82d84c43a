"""Evidence: statements that stand in another platform's log, verified again and kept byte for byte.

Nothing is re-signed or re-serialised, and nothing is appended to the own log: an entry is projected under
its own (origin, index). It counts from the time that witnesses proved, not from when it came. Late, repeated
and out-of-order deliveries are normal; another statement at a place that is taken means that the other log
has forked, and is refused (docs/record-format.md §14.1).
"""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from trace.chain.admission import UNWORKABLE, Door
from trace.chain.effects import EntryRef
from trace.errors import (
    EvidenceContradicts,
    EvidenceNotVerified,
    KeyUnknown,
    LeafMalformed,
    QuorumNotMet,
    RecordUndecidable,
    Refusal,
    ValueOutOfRange,
)
from trace.ledger.algorithms import DEFAULT_ALGORITHMS, PublicKey
from trace.ledger.bundle import TrustPolicy, parse_bundle, verify_bundle
from trace.ledger.bundle.log_times import LogTimes, Point
from trace.ledger.bundle.verdict import StepState, Verdict
from trace.ledger.canonical import b64u
from trace.ledger.checkpoint import Checkpoint
from trace.ledger.keys import KeyEntry
from trace.ledger.leaf import is_leaf_of, parse_leaf
from trace.ledger.merkle import leaf_hash, verify_inclusion
from trace.ledger.policy import Policy
from trace.ledger.statement import Statement, parse_statement, verify_statement
from trace.store.log.entries import find_indices, read_head
from trace.store.log.evidence import (
    EvidenceEntry,
    add_note,
    append_evidence,
    existed_before,
    find_evidence,
    find_note,
)
from trace.store.transaction import Transactions, Tx
from trace.usecases.intake.candidate import Candidate, recall_candidate
from trace.usecases.intake.decide_round import Decided, RoundState, enter
from trace.usecases.intake.keep_disclosures import keep_disclosures
from trace.usecases.intake.receipt import KNOWN, Outcome, Receipt, Refused
from trace.usecases.intake.sequence import Written, load_state, write_projections

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Carried:
    """One entry of another log: the statement as it came, its leaf, place and path to the checkpoint."""

    jws: Mapping[str, object] | str
    leaf: bytes
    index: int
    proof: tuple[bytes, ...]
    secret: bytes | None = None


@dataclass(frozen=True, slots=True)
class CarriedLog:
    """Entries of one log under one checkpoint note; `earlier`: notes of the same log, proved to be older."""

    note: str
    entries: Sequence[Carried]
    earlier: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Verified:
    carried: Carried
    candidate: Candidate
    existed_by: datetime


@dataclass(slots=True)
class EvidenceIntake:
    """The intake of evidence, by the platform's own trust, never the bundle's."""

    transactions: Transactions
    trust: TrustPolicy
    algorithms: frozenset[str] = DEFAULT_ALGORITHMS
    in_transaction: Written | None = None
    """Writes what must stand or fall with the entries, as the sequencer's does with the own log's."""

    def take_bundle(self, form: Mapping[str, object]) -> list[Outcome]:
        """Take over a `trace-bundle/1`: all of its shown entries of other logs, in log order.

        Raises `BundleMalformed`, `EvidenceNotVerified` (with the failed step).
        """
        verdict = verify_bundle(form, self.trust, enabled=self.algorithms)
        _require_ok(verdict)
        outcomes: list[Outcome] = []
        for log in _logs_of(form, verdict):
            outcomes += self.take(log)
        return outcomes

    def take(self, log: CarriedLog) -> list[Outcome]:
        """Take over entries of one log; one outcome per entry, in index order.

        What nobody foresaw in an entry is that entry's alone: the others are taken without it.
        An entry that cannot be verified is not kept. The others are, also those that a door here would
        refuse: they bear a mark. Raises `QuorumNotMet`, `NoteMalformed` for the checkpoint,
        `EvidenceContradicts` for a forked log.
        """
        policy = self._policy(log.note)
        checkpoint, _ = policy.open(log.note)
        if checkpoint.origin == self.transactions.origin:
            return []  # our own entries, come back to us
        entries = sorted(log.entries, key=lambda one: one.index)
        try:
            return self._taken(log, policy, checkpoint, entries)
        except (ValueOutOfRange, *UNWORKABLE) as failure:
            _LOG.exception("evidence held something that cannot be worked with")
            if len(entries) == 1:
                unforeseen = failure if isinstance(failure, Refusal) else None
                return [Refused(0, unforeseen or RecordUndecidable(reason=type(failure).__name__))]
        return [
            replace(outcome, position=position) if isinstance(outcome, Refused) else outcome
            for position, one in enumerate(entries)
            for outcome in self.take(replace(log, entries=[one]))
        ]

    def _taken(
        self, log: CarriedLog, policy: Policy, checkpoint: Checkpoint, entries: Sequence[Carried]
    ) -> list[Outcome]:
        with self.transactions.begin("evidence", sequencing=True) as tx:
            desk = _LogIntake(tx, self, checkpoint)
            newest, *older = [
                Point(*policy.open(desk.keep_note(policy, note))) for note in (log.note, *log.earlier)
            ]
            proved = LogTimes(newest, older, None)
            if not newest.times:
                raise EvidenceNotVerified(step="checkpoints", reason="no-witness-time", log=checkpoint.origin)
            return desk.take(entries, proved)

    def _policy(self, note: str) -> Policy:
        origin = note.partition("\n")[0]
        for policy in self.trust.policies:
            if any(log.key.name == origin for log in policy.logs):
                return policy
        raise EvidenceNotVerified(step="policy", reason="unknown-log", log=origin)


@dataclass(frozen=True, slots=True)
class Taken:
    """The outcome of each entry of the evidence."""

    outcomes: tuple[Outcome, ...]

    @property
    def taken(self) -> tuple[Receipt, ...]:
        return tuple(one for one in self.outcomes if isinstance(one, Receipt))

    @property
    def refused(self) -> tuple[Refused, ...]:
        return tuple(one for one in self.outcomes if isinstance(one, Refused))


def accept_evidence(intake: EvidenceIntake, form: Mapping[str, object]) -> Taken:
    """Take over a bundle; see `EvidenceIntake.take_bundle`."""
    return Taken(tuple(intake.take_bundle(form)))


class _LogIntake:
    """One transaction's work on one log."""

    def __init__(self, tx: Tx, intake: EvidenceIntake, checkpoint: Checkpoint) -> None:
        self._tx = tx
        self._registrars = intake.trust.registrars
        self._checkpoint = checkpoint
        self._algorithms = intake.algorithms
        self._in_transaction = intake.in_transaction

    def keep_note(self, policy: Policy, note: str) -> str:
        """The note as it is kept: its first form, where that still meets the policy.

        Times are taken from what is kept, so that they can be proved again from it.
        """
        point, _ = policy.open(note)
        origin, size = point.origin, point.size
        known = find_note(self._tx.connection, origin, size)
        if known is None:
            add_note(self._tx.connection, origin, size, note, self._tx.now)
            return note
        if known.split("\n\n")[0] != note.split("\n\n", maxsplit=1)[0]:
            raise EvidenceContradicts(origin=origin, place=f"size {size}")
        try:
            policy.open(known)
        except QuorumNotMet:
            return note
        return known

    def take(self, entries: Sequence[Carried], times: LogTimes) -> list[Outcome]:
        origin, connection = self._checkpoint.origin, self._tx.connection
        here = find_evidence(connection, origin, [one.index for one in entries])
        outcomes: list[Outcome] = []
        verified: list[tuple[int, _Verified]] = []
        after_known, before = True, None
        for position, carried in enumerate(entries):
            try:
                statement = parse_statement(carried.jws)
                known = here.get(carried.index)
                if known is not None and known != statement.statement_id:
                    raise EvidenceContradicts(origin=origin, place=f"index {carried.index}")
                if known is not None:
                    outcomes.append(Receipt(known, carried.index, origin, KNOWN))
                    after_known = True
                    continue
                existed_by = times.existed_by(carried.index)
                if existed_by is None:
                    raise EvidenceNotVerified(step="checkpoints", reason="no-witness-time", log=origin)
                if after_known:
                    after_known, before = False, existed_before(connection, origin, carried.index)
                # A clock that was set back moves no entry before those that stand before it in its log.
                before = existed_by = max(existed_by, before or existed_by)
                one = self._verified(carried, statement, existed_by)
                outcomes.append(Receipt(statement.statement_id, carried.index, origin))
                verified.append((position, one))
            except EvidenceContradicts:
                raise
            except Refusal as refusal:
                outcomes.append(Refused(position, refusal))
        self._project(verified, outcomes)
        return outcomes

    def _verified(self, carried: Carried, statement: Statement, existed_by: datetime) -> _Verified:
        """Leaf and inclusion; the signature follows when the key is at hand."""
        leaf = parse_leaf(carried.leaf)
        if not is_leaf_of(leaf, statement):
            raise LeafMalformed(reason="not-the-leaf-of-its-statement", index=carried.index)
        point = self._checkpoint
        verify_inclusion(carried.index, point.size, leaf_hash(carried.leaf), carried.proof, point.root)
        candidate = recall_candidate(statement, carried.leaf, self._algorithms)
        return _Verified(carried, candidate, existed_by)

    def _project(self, verified: Sequence[tuple[int, _Verified]], outcomes: list[Outcome]) -> None:
        origin, connection = self._checkpoint.origin, self._tx.connection
        state = load_state(self._tx, [one.candidate for _, one in verified], [origin])
        also_ours = find_indices(connection, [one.candidate.statement.statement_id for _, one in verified])
        arrival = read_head(connection).arrival
        decided: list[Decided] = []
        entries = []
        for position, one in verified:
            name = one.candidate.statement.statement_id
            try:
                if name in also_ours:
                    raise EvidenceContradicts(origin=origin, place=f"own index {also_ours[name]}")
                made = self._enter(state, one)
            except Refusal as refusal:
                outcomes[position] = Refused(position, refusal, name)
                continue
            marks = tuple([mark.code for mark in made.effects.marks])
            outcomes[position] = Receipt(name, one.carried.index, origin, marks=marks)
            entries.append(self._entry(arrival + len(decided), one))
            decided.append(made)
        append_evidence(connection, entries)
        if decided:
            write_projections(self._tx, decided, {})
            if self._in_transaction is not None:
                self._in_transaction(self._tx, decided)
        keep_disclosures(connection, [one.candidate.statement for one in decided])

    def _enter(self, state: RoundState, one: _Verified) -> Decided:
        statement, claims = one.candidate.statement, one.candidate.statement.claims
        _verify(statement, state, self._checkpoint.origin, one.candidate.key, self._algorithms)
        name, origin = statement.statement_id, self._checkpoint.origin
        place = EntryRef(origin, one.carried.index, name, claims.iss, one.existed_by)
        return enter(state, one.candidate, place, self._tx.rules, self._registrars, Door.CARRIED)

    def _entry(self, arrival: int, one: _Verified) -> EvidenceEntry:
        statement, claims, carried = one.candidate.statement, one.candidate.statement.claims, one.carried
        return EvidenceEntry(
            origin=self._checkpoint.origin,
            index=carried.index,
            arrival=arrival,
            statement_id=statement.statement_id,
            kid=statement.kid,
            typ=claims.typ,
            iss=claims.iss,
            stream=claims.stream,
            seq=claims.seq,
            sub=claims.sub,
            jws=statement.compact,
            leaf=carried.leaf.decode(),
            lot_secret=b64u(carried.secret) if carried.secret else None,
            proof=tuple(b64encode(one_hash).decode() for one_hash in carried.proof),
            checkpoint_size=self._checkpoint.size,
            existed_by=one.existed_by,
            received_at=self._tx.now,
            rules=self._tx.rules.version,
        )


def _verify(
    statement: Statement, state: RoundState, origin: str, key: object, algorithms: frozenset[str]
) -> None:
    """The signature, with the key of that log's register or the one that registers itself here."""
    entry = state.keys.get((origin, statement.kid))
    if entry is None and isinstance(key, KeyEntry) and key.kid == statement.kid:
        entry = key
    if entry is None:
        raise KeyUnknown(kid=statement.kid)
    verify_statement(statement, PublicKey.from_jwk(entry.jwk, enabled=algorithms))


def _require_ok(verdict: Verdict) -> None:
    if verdict.ok:
        return
    steps = [*verdict.steps, *(step for one in verdict.statements for step in one.steps)]
    failed = next(step for step in steps if step.state is StepState.FAILED)
    raise EvidenceNotVerified(step=failed.code, reason=failed.reason, log=verdict.lot)


def _logs_of(form: Mapping[str, object], verdict: Verdict) -> list[CarriedLog]:
    """The shown entries of a verified bundle by log, with the older checkpoints that it proves."""
    bundle = parse_bundle(form)
    logs = []
    for number, evidence in enumerate(bundle.logs):
        entries = []
        for entry, result in zip(bundle.entries, verdict.statements, strict=True):
            if entry.log != number or entry.jws is None:
                continue
            secret = entry.secret or (bundle.lot_secret if result.sub == bundle.lot else None)
            entries.append(Carried(entry.jws, entry.leaf, entry.index, entry.proof, secret))
        logs.append(
            CarriedLog(evidence.checkpoint, entries, tuple(one.checkpoint for one in evidence.earlier))
        )
    return logs
