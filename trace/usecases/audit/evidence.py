"""Evidence recomputed: each carried entry against its bytes, its log's checkpoint and its key; and gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from trace.chain.ids import row_id
from trace.errors import Refusal
from trace.ledger.canonical import unb64u
from trace.ledger.checkpoint import Checkpoint
from trace.ledger.keybook import KeyBook
from trace.ledger.leaf import is_leaf_of, leaf_of, parse_leaf
from trace.ledger.merkle import leaf_hash, verify_inclusion
from trace.ledger.policy import Policy
from trace.ledger.proof import parse_hashes
from trace.ledger.statement import Statement, parse_statement
from trace.store.log.audited import (
    StatementRow,
    count_rows,
    list_evidence_origins,
    list_orphans,
    read_statement_rows,
    stream_arrivals,
)
from trace.store.log.carried import list_carried_checkpoints
from trace.store.log.checkpoints import StoredCosignature
from trace.store.log.cursors import list_cursors
from trace.store.log.evidence import EvidenceEntry, list_refused, list_runs, read_evidence
from trace.usecases.audit.findings import (
    AuditContext,
    Finding,
    compare_columns,
    compare_statement,
    entry_columns,
    signed_columns,
    statement_row,
)
from trace.usecases.audit.times import times_backwards

CHUNK = 1_000
_MANY = 1_000
"""Findings of one kind that are named one by one; a log that is gone is not named entry by entry."""


def audit_evidence(
    around: AuditContext, policies: Sequence[Policy], registrars: frozenset[str]
) -> Iterator[Finding]:
    """All of other logs that is here, and what must be here and is not."""
    origins = list_evidence_origins(around.tx.connection)
    for origin in origins:
        policy = next((one for one in policies if any(log.key.name == origin for log in one.logs)), None)
        if policy is None:
            yield Finding("evidence-log-unknown", {"log": origin})
            continue
        yield from _EvidenceAudit(around, origin, policy, registrars).run()
    yield from _gone(around, origins)
    yield from _arrivals(around)


def _gone(around: AuditContext, origins: Sequence[str]) -> Iterator[Finding]:
    """Logs of which a feed brought entries, and statements that were projected, without anything left."""
    for source, read in list_cursors(around.tx.connection):
        if read.origin is not None and read.origin not in origins and read.through:
            yield Finding("evidence-missing", {"log": read.origin, "index": 0, "reason": source})
    for origin, index in list_orphans(around.tx.connection, around.tx.origin)[:_MANY]:
        if origin == around.tx.origin:
            yield Finding("entry-missing", {"index": index})
        else:
            yield Finding("evidence-missing", {"log": origin, "index": index, "reason": "projected"})


def _arrivals(around: AuditContext) -> Iterator[Finding]:
    """Own entries and evidence were numbered together as they came, without a gap."""
    connection = around.tx.connection
    due, found = 0, 0
    for arrival in stream_arrivals(connection):
        if arrival > due and found < _MANY:
            yield Finding("arrival-missing", {"first": due, "last": arrival - 1})
            found += 1
        due = arrival + 1
    if due > count_rows(connection, "log_entry") + count_rows(connection, "evidence_entry") and not found:
        yield Finding("arrival-missing", {"first": 0, "last": due})


class _EvidenceAudit:
    """One log: its checkpoints as they are kept, then its entries in the order of their indices."""

    def __init__(self, around: AuditContext, origin: str, policy: Policy, registrars: frozenset[str]) -> None:
        self._around = around
        self._origin = origin
        self._policy = policy
        self._book = KeyBook(origin, registrars)
        self._runs = list_runs(around.tx.connection, origin)
        # Taken in before the older checkpoints of a bundle were kept: a time of then may lack its proof.
        unkept = [range(first, last + 1) for first, last, kept in self._runs if not kept]
        self._unkept = {index for run in unkept for index in run}
        self._points: dict[int, Checkpoint] = {}
        self._proved: dict[datetime, int] = {}  # time → the largest size that it proves
        self._before: datetime | None = None
        self._indices: list[int] = []
        self._signed: list[tuple[str, int]] = []

    def run(self) -> Iterator[Finding]:
        yield from self._checkpoints()
        above = -1
        while entries := read_evidence(self._around.tx.connection, self._origin, above, CHUNK):
            ids = [row_id(self._origin, entry.index) for entry in entries]
            rows = read_statement_rows(self._around.tx.connection, ids)
            for entry in entries:
                yield from self._entry(entry, rows.get(row_id(self._origin, entry.index)))
            self._indices += [entry.index for entry in entries]
            above = entries[-1].index
        self._around.counted["evidence"] += len(self._indices)
        yield from self._gaps()
        for kid, index in self._signed:
            key = self._book.entries.get(kid)
            if key is not None and key.invalid_from is not None and index >= key.invalid_from:
                self._around.counted["void"] += 1

    def _place(self, index: int) -> dict[str, object]:
        return {"log": self._origin, "index": index}

    def _checkpoints(self) -> Iterator[Finding]:
        lines: list[StoredCosignature] = []
        for size, note in list_carried_checkpoints(self._around.tx.connection, self._origin, -1):
            self._around.counted["checkpoints"] += 1
            try:
                point, times = self._policy.open(note)
            except Refusal:
                yield Finding("evidence-checkpoint-wrong", {"log": self._origin, "size": size})
                continue
            if point.size != size:
                yield Finding("evidence-checkpoint-wrong", {"log": self._origin, "size": size})
                continue
            self._points[size] = point
            if times:
                self._proved[max(times.values())] = size
            self._around.counted["cosignatures"] += len(times)
            lines += [StoredCosignature(size, name, at, "") for name, at in times.items()]
        for line in times_backwards(lines):
            # Of times that contradict each other the later one counts, of whichever tree.
            self._proved |= {one.at: max(self._points) for one in lines if one.witness == line.witness}
            yield Finding(
                "witness-time-backwards",
                {"size": line.size, "witness": line.witness, "log": self._origin},
            )

    def _entry(self, entry: EvidenceEntry, row: StatementRow | None) -> Iterator[Finding]:
        place = self._place(entry.index)
        try:
            statement = parse_statement(entry.jws)
        except Refusal as refusal:
            yield Finding("evidence-wrong", {**place, "reason": refusal.code})
            return
        yield from compare_columns(place, "evidence_entry", entry_columns(entry), signed_columns(statement))
        for reason in (
            self._leaf_objection(entry, statement),
            self._proof_objection(entry),
            self._key_objection(entry, statement),
            self._time_objection(entry),
        ):
            if reason is not None:
                yield Finding("evidence-wrong", {**place, "reason": reason})
        yield from compare_statement(place, row, self._due(entry, statement))

    def _leaf_objection(self, entry: EvidenceEntry, statement: Statement) -> str | None:
        try:
            if not is_leaf_of(parse_leaf(entry.leaf.encode()), statement):
                return "leaf-differs"
            if entry.lot_secret is not None:
                due = leaf_of(statement, unb64u(entry.lot_secret)).lot_tag
                if due != parse_leaf(entry.leaf.encode()).lot_tag:
                    return "lot-secret-differs"
        except Refusal as refusal:
            return refusal.code
        return None

    def _proof_objection(self, entry: EvidenceEntry) -> str | None:
        point = self._points.get(entry.checkpoint_size)
        if point is None:
            return "checkpoint-missing"
        try:
            path = parse_hashes(list(entry.proof))
            verify_inclusion(entry.index, point.size, leaf_hash(entry.leaf.encode()), path, point.root)
        except Refusal as refusal:
            return refusal.code
        return None

    def _key_objection(self, entry: EvidenceEntry, statement: Statement) -> str | None:
        self._signed.append((statement.kid, entry.index))
        try:
            self._book.verify(statement, self._book.signer(statement, entry.index, entry.existed_by))
            self._book.record(statement, entry.index)
        except Refusal as refusal:
            return refusal.code
        return None

    def _time_objection(self, entry: EvidenceEntry) -> str | None:
        """The time counted from is one that a kept checkpoint over the entry proves, or that of the entry
        before, where checkpoints over this one say an earlier time."""
        before, self._before = self._before, entry.existed_by
        if self._proved.get(entry.existed_by, 0) > entry.index:
            return None
        if entry.existed_by == before and any(
            at < before and size > entry.index for at, size in self._proved.items()
        ):
            return None
        if entry.index in self._unkept:
            self._around.counted["unproved"] += 1
            return None
        return "time-not-proved"

    def _due(self, entry: EvidenceEntry, statement: Statement) -> StatementRow:
        place = {"id": row_id(self._origin, entry.index), "stmt": statement.statement_id}
        where = {"origin": self._origin, "idx": entry.index}
        when = {"logged_at": entry.existed_by, "arrival": entry.arrival + 1}
        return statement_row(statement.claims, place | where | when)

    def _gaps(self) -> Iterator[Finding]:
        """What was taken in must be here and the reverse, and what the feed went past."""
        connection, held = self._around.tx.connection, set(self._indices)
        taken = {index for first, last, _ in self._runs for index in range(first, last + 1)}
        refused = list_refused(connection, self._origin)
        self._around.counted["refused"] += len(refused.keys() - held)
        through = max(
            (read.through or 0 for _, read in list_cursors(connection) if read.origin == self._origin),
            default=0,
        )
        passed = set(range(through)) - refused.keys()
        for index in sorted((taken | passed) - held)[:_MANY]:
            reason = "taken-in" if index in taken else "passed-by-the-feed"
            yield Finding("evidence-missing", {**self._place(index), "reason": reason})
        for index in sorted(held - taken)[:_MANY]:
            yield Finding("evidence-unrecorded", self._place(index))
