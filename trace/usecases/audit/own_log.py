"""The own log recomputed: bytes, chains, keys, columns, times, leaves and tiles, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from trace.chain.ids import row_id
from trace.errors import Refusal
from trace.ledger.keybook import KeyBook
from trace.ledger.leaf import leaf_of, lot_secret
from trace.ledger.merkle import leaf_hash
from trace.ledger.statement import Statement, parse_statement
from trace.ledger.tiles import TileTree
from trace.store.log.audited import StatementRow, count_rows, read_statement_rows
from trace.store.log.entries import StoredEntry, read_tile
from trace.usecases.audit.findings import (
    AuditContext,
    Finding,
    compare_columns,
    compare_statement,
    entry_columns,
    signed_columns,
    statement_row,
)
from trace.usecases.audit.times import WitnessedTimes


@dataclass(slots=True)
class LogAudit:
    """The walk through the entries, in order; `roots` are kept at the sizes that are `wanted`."""

    around: AuditContext
    book: KeyBook
    lot_key: bytes | None
    times: WitnessedTimes
    wanted: list[int]
    tree: TileTree = field(default_factory=TileTree)
    heads: dict[tuple[str, str], tuple[int, str | None]] = field(default_factory=dict)
    roots: dict[int, bytes] = field(default_factory=dict)
    expected: int = 0
    signed: list[tuple[str, int]] = field(default_factory=list)
    _tiles: int = 0
    _last: StoredEntry | None = None

    def chunk(self, entries: Sequence[StoredEntry]) -> Iterator[Finding]:
        """The next entries."""
        connection, origin = self.around.tx.connection, self.around.tx.origin
        rows = read_statement_rows(connection, [row_id(origin, entry.index) for entry in entries])
        for entry in entries:
            yield from self._entry(entry, rows.get(row_id(origin, entry.index)))
            for tile in self.tree.extend([leaf_hash(entry.leaf.encode())]):
                yield from self._tile(tile.level, tile.n, tile.data)
            if self.wanted and self.tree.size == self.wanted[0]:
                self.roots[self.wanted.pop(0)] = self.tree.root()
        self.around.counted["entries"] += len(entries)

    def end(self, size: int) -> Iterator[Finding]:
        """What is left to be said when all entries are through."""
        if self.expected < size:
            yield Finding("entry-missing", {"index": self.expected})
        for level, edge in enumerate(self.tree.edges()):
            if edge:
                yield from self._tile(level, (self.tree.size >> 8 * level) // 256, edge)
        if count_rows(self.around.tx.connection, "log_tile") > self._tiles:
            yield Finding("tile-unknown", {"count": self._tiles})
        for kid, index in self.signed:
            entry = self.book.entries.get(kid)
            if entry is not None and entry.invalid_from is not None and index >= entry.invalid_from:
                self.around.counted["void"] += 1

    def _entry(self, entry: StoredEntry, row: StatementRow | None) -> Iterator[Finding]:
        place: dict[str, object] = {"log": self.around.tx.origin, "index": entry.index}
        if entry.index != self.expected:
            yield Finding("entry-missing", {"index": self.expected})
        self.expected = entry.index + 1
        try:
            statement = parse_statement(entry.jws)
        except Refusal as refusal:
            yield Finding("signature-wrong", {"index": entry.index, "reason": refusal.code})
            return
        yield from compare_columns(place, "log_entry", entry_columns(entry), signed_columns(statement))
        yield from self._chain(entry, statement)
        yield from self._leaf(entry, statement)
        yield from self._key(entry, statement)
        yield from self._times(entry)
        yield from compare_statement(place, row, self._due(entry, statement))

    def _chain(self, entry: StoredEntry, statement: Statement) -> Iterator[Finding]:
        claims = statement.claims
        head = self.heads.get((claims.iss, claims.stream), (0, None))
        if claims.seq != head[0] + 1 or claims.prev != head[1]:
            yield Finding("chain-broken", {"index": entry.index, "stream": claims.stream})
        self.heads[claims.iss, claims.stream] = (claims.seq, statement.statement_id)

    def _leaf(self, entry: StoredEntry, statement: Statement) -> Iterator[Finding]:
        if self.lot_key is not None:
            leaf = leaf_of(statement, lot_secret(self.lot_key, statement.claims.sub)).encode()
            if leaf != entry.leaf.encode() or statement.statement_id != entry.statement_id:
                yield Finding("leaf-differs", {"index": entry.index})

    def _key(self, entry: StoredEntry, statement: Statement) -> Iterator[Finding]:
        try:
            key = self.book.signer(statement, entry.index, entry.logged_at)
            self.book.verify(statement, key)
            self.book.record(statement, entry.index)
        except Refusal as refusal:
            yield Finding("signature-wrong", {"index": entry.index, "reason": refusal.code})
        self.signed.append((statement.kid, entry.index))

    def _times(self, entry: StoredEntry) -> Iterator[Finding]:
        """Arrivals and times only go on, and a time lies between those that witnesses gave around it."""
        last, self._last = self._last, entry
        if last is not None and entry.logged_at < last.logged_at:
            yield Finding("time-backwards", {"index": entry.index})
        if last is not None and entry.arrival <= last.arrival:
            yield Finding("arrival-backwards", {"index": entry.index})
        yield from self.times.contradicting(entry.index, entry.logged_at)

    def _due(self, entry: StoredEntry, statement: Statement) -> StatementRow:
        origin = self.around.tx.origin
        place = {"id": row_id(origin, entry.index), "stmt": statement.statement_id, "origin": origin}
        when = {"idx": entry.index, "logged_at": entry.logged_at, "arrival": entry.arrival + 1}
        return statement_row(statement.claims, place | when)

    def _tile(self, level: int, n: int, data: bytes) -> Iterator[Finding]:
        self._tiles += 1
        try:
            stored = read_tile(self.around.tx.connection, level, n, len(data) // 32)
        except Refusal:
            stored = b""
        if stored != data:
            yield Finding("tile-differs", {"level": level, "n": n})
