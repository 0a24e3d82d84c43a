"""The log audit: everything recomputed from the stored bytes, to tell whether the log is what was signed.

Checked: each statement's id and leaf, each signer's chain, each signature with the key as registered at
that index, every tile, every checkpoint's root and signature, every witness line. Findings name the place;
nothing is repaired.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from trace.errors import Refusal
from trace.ledger.checkpoint import open_checkpoint
from trace.ledger.keybook import KeyBook
from trace.ledger.leaf import leaf_of, lot_secret
from trace.ledger.merkle import leaf_hash
from trace.ledger.note import NoteVerifier
from trace.ledger.policy import Policy
from trace.ledger.statement import parse_statement
from trace.ledger.tiles import TileTree
from trace.store.log.checkpoints import list_checkpoints
from trace.store.log.entries import StoredEntry, read_entries_in_chunks, read_head, read_tile
from trace.store.transaction import Transactions, Tx


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit: a slug, and where."""

    code: str
    params: dict[str, object]


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The report of an audit: what was looked at, and what did not fit."""

    counted: Counter[str]
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        return not self.findings

    def counts(self) -> dict[str, int]:
        names = ("entries", "checkpoints", "cosignatures")
        return {**{name: self.counted[name] for name in names}, "findings": len(self.findings)}

    def as_dict(self) -> dict[str, Any]:
        found = [{"code": one.code, **one.params} for one in self.findings]
        return {"sound": self.sound, **self.counts(), "found": found}


@dataclass(slots=True)
class _Audit:
    tx: Tx
    book: KeyBook
    lot_key: bytes | None
    tree: TileTree = field(default_factory=TileTree)
    heads: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    roots: dict[int, bytes] = field(default_factory=dict)
    counted: Counter[str] = field(default_factory=Counter)

    def entry(self, entry: StoredEntry, expected: int) -> Iterator[Finding]:
        if entry.index != expected:
            yield Finding("entry-missing", {"index": expected})
        try:
            statement = parse_statement(entry.jws)
        except Refusal as refusal:
            yield Finding("signature-wrong", {"index": entry.index, "reason": refusal.code})
            return
        claims = statement.claims
        head = self.heads.get((claims.iss, claims.stream), (0, None))
        if claims.seq != head[0] + 1 or claims.prev != head[1]:
            yield Finding("chain-broken", {"index": entry.index, "stream": claims.stream})
        self.heads[claims.iss, claims.stream] = (claims.seq, statement.statement_id)
        if self.lot_key is not None:
            leaf = leaf_of(statement, lot_secret(self.lot_key, claims.sub)).encode()
            if leaf != entry.leaf.encode() or statement.statement_id != entry.statement_id:
                yield Finding("leaf-differs", {"index": entry.index})
        try:
            key = self.book.signer(statement, entry.index, entry.logged_at)
            self.book.verify(statement, key)
            self.book.record(statement, entry.index)
        except Refusal as refusal:
            yield Finding("signature-wrong", {"index": entry.index, "reason": refusal.code})

    def tiles(self, entries: list[StoredEntry]) -> Iterator[Finding]:
        for tile in self.tree.extend([leaf_hash(entry.leaf.encode()) for entry in entries]):
            yield from self.tile(tile.level, tile.n, tile.data)

    def tile(self, level: int, n: int, data: bytes) -> Iterator[Finding]:
        try:
            stored = read_tile(self.tx.connection, level, n, len(data) // 32)
        except Refusal:
            stored = b""
        if stored != data:
            yield Finding("tile-differs", {"level": level, "n": n})


def audit_log(
    transactions: Transactions, policy: Policy, registrars: frozenset[str], lot_key: bytes | None = None
) -> AuditReport:
    """Recompute the whole log of `transactions`; without `lot_key` the lot tags are taken as they are."""
    findings: list[Finding] = []
    with transactions.look("audit") as tx:
        audit = _Audit(tx, KeyBook(tx.origin, registrars), lot_key)
        checkpoints = {one.size: one for one in list_checkpoints(tx.connection)}
        size = read_head(tx.connection).size
        wanted = sorted(checkpoints)
        expected = 0
        for chunk in read_entries_in_chunks(tx.connection, size):
            for entry in chunk:
                findings += audit.entry(entry, expected)
                expected = entry.index + 1
                findings += audit.tiles([entry])
                if wanted and audit.tree.size == wanted[0]:
                    audit.roots[wanted.pop(0)] = audit.tree.root()
            audit.counted["entries"] += len(chunk)
        if expected < size:
            findings.append(Finding("entry-missing", {"index": expected}))
        for level, edge in enumerate(audit.tree.edges()):
            if edge:
                findings += audit.tile(level, (audit.tree.size >> 8 * level) // 256, edge)
        log = policy.log(tx.origin)
        for one in checkpoints.values():
            findings += _checkpoint(one, audit, policy, log)
    return AuditReport(audit.counted, tuple(findings))


def _checkpoint(one: Any, audit: _Audit, policy: Policy, log: NoteVerifier) -> Iterator[Finding]:
    audit.counted["checkpoints"] += 1
    try:
        signed = open_checkpoint(one.note, log)
    except Refusal:
        signed = None
    if signed is None or signed.size != one.size or signed.root != audit.roots.get(one.size):
        yield Finding("root-differs", {"size": one.size})
    by_name = {witness.key.name: witness.key for witness in policy.witnesses}
    for line in one.cosignatures:
        audit.counted["cosignatures"] += 1
        if line.witness not in by_name or not _holds(one, line, by_name[line.witness]):
            yield Finding("witness-line-wrong", {"size": one.size, "witness": line.witness})


def _holds(one: Any, line: Any, key: NoteVerifier) -> bool:
    from trace.ledger.checkpoint import parse_signature_line  # noqa: PLC0415
    from trace.ledger.note import parse_note  # noqa: PLC0415

    try:
        parsed = parse_signature_line(line.line)
        return bool(
            key.matches(parsed) and key.verify(parse_note(one.note).text, parsed.signature) == line.at
        )
    except Refusal:
        return False
