"""Reading of the log: statements, proofs, tiles, entries and keys, for anybody or for witnesses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trace.errors import TileMalformed, TileMissing, UnknownKey, UnknownStatement, UnknownTile
from trace.ledger.keys import REGISTER, REVOKE, KeyEntry
from trace.ledger.merkle import inclusion_proof
from trace.ledger.proof import TlogProof
from trace.ledger.tiles import ENTRIES, WIDTH, TileHashes, encode_entries, parse_tile_path
from trace.store.log.checkpoints import (
    StoredCheckpoint,
    find_first_covering,
    find_latest_checkpoint,
    find_newest_cosigned,
)
from trace.store.log.entries import (
    StoredEntry,
    StoredTiles,
    find_entries,
    read_head,
    read_heads,
    read_leaves,
    read_tile,
    read_types,
)
from trace.store.log.keys import list_keys, read_key_statements, read_keys
from trace.store.transaction import Transactions, Tx

KEY_KINDS: Final = (REGISTER, REVOKE)


@dataclass(frozen=True, slots=True)
class StreamHead:
    """The last statement of a stream and its seq; None and 0 before the first one. `now`: the log's time."""

    iss: str
    stream: str
    seq: int
    stmt: str | None
    now: datetime


@dataclass(frozen=True, slots=True)
class StatedKey:
    """A registered key and the names of the statements about it."""

    entry: KeyEntry
    statements: tuple[str, ...]


def head_of(transactions: Transactions, iss: str, stream: str) -> StreamHead:
    """The head of a stream: its last seq (0: nothing yet) and statement."""
    with transactions.look() as tx:
        head = read_heads(tx.connection, {(iss, stream)}).get((iss, stream))
    seq, stmt = (head.seq, head.statement_id) if head else (0, None)
    return StreamHead(iss, stream, seq, stmt, transactions.clock())


def proof_of(transactions: Transactions, stmt: str, witnesses: Collection[str]) -> str | None:
    """The tlog-proof of a statement under the first fully cosigned checkpoint; None while pending."""
    with transactions.look() as tx:
        entry = _entry(tx, stmt)
        covering = find_first_covering(tx.connection, entry.index, witnesses)
        return None if covering is None else _proof(tx, entry.index, covering)


def proof_at(transactions: Transactions, index: int, witnesses: Collection[str]) -> str | None:
    """As `proof_of`, for the entry at `index`."""
    with transactions.look() as tx:
        covering = find_first_covering(tx.connection, index, witnesses)
        return None if covering is None else _proof(tx, index, covering)


def newest_note(transactions: Transactions, witnesses: Collection[str]) -> str | None:
    """The newest cosigned checkpoint; before the first of them the log's own; None for an empty log."""
    with transactions.look() as tx:
        found = find_newest_cosigned(tx.connection, witnesses) or find_latest_checkpoint(tx.connection)
    return None if found is None else found.cosigned_note()


def log_progress(transactions: Transactions, witnesses: Collection[str]) -> tuple[int, int, float | None]:
    """Size of the log, size under every witness, and seconds since the slowest witness signed that."""
    with transactions.look() as tx:
        size, found = read_head(tx.connection).size, find_newest_cosigned(tx.connection, witnesses)
        now = tx.now
    if found is None:
        return size, 0, None
    newest: dict[str, datetime] = {}
    for line in found.cosignatures:
        newest[line.witness] = max(line.at, newest.get(line.witness, line.at))
    signed = min((at for name, at in newest.items() if name in witnesses), default=found.at)
    return size, found.size, max(0.0, (now - signed).total_seconds())


def tile_bytes(transactions: Transactions, path: str) -> bytes:
    """A tile or an entry bundle by its C2SP path below /log; raises UnknownTile, TileMalformed."""
    try:
        level, n, width = parse_tile_path(path)
    except TileMalformed:
        raise UnknownTile(path=path[:80]) from None
    with transactions.look() as tx:
        if level == ENTRIES:
            return _entry_bundle(tx, n, width, path)
        try:
            return read_tile(tx.connection, int(level), n, width)
        except TileMissing:
            raise UnknownTile(path=path[:80]) from None


def key_statements(transactions: Transactions, start: int, end: int | None) -> list[StoredEntry]:
    """The entries that register and revoke keys in [start, end), as signed."""
    with transactions.look() as tx:
        size = read_head(tx.connection).size
        return list(read_types(tx.connection, KEY_KINDS, start, size if end is None else min(end, size)))


def key_of(transactions: Transactions, kid: str) -> StatedKey:
    """One registered key: holder, custody, validity by index, and the statements about it."""
    with transactions.look() as tx:
        entry = read_keys(tx.connection, tx.origin, [kid]).get(kid)
        if entry is None:
            raise UnknownKey(kid=kid)
        statements = read_key_statements(tx.connection, tx.origin, [kid]).get(kid, [])
    return StatedKey(entry, tuple(statements))


def keys_in_force(transactions: Transactions) -> list[KeyEntry]:
    """The keys that may be used now, in the order of their registration."""
    with transactions.look() as tx:
        keys = [key for key in list_keys(tx.connection, tx.origin) if key.revoked_at is None]
        now = tx.now
    return [key for key in keys if key.valid_from <= now <= key.valid_to]


def _entry(tx: Tx, stmt: str) -> StoredEntry:
    entry = find_entries(tx.connection, [stmt]).get(stmt)
    if entry is None:
        raise UnknownStatement(stmt=stmt)
    return entry


def _proof(tx: Tx, index: int, covering: StoredCheckpoint) -> str:
    hashes = TileHashes(StoredTiles(tx.connection), covering.size)
    path = inclusion_proof(index, covering.size, hashes)
    return TlogProof(index, tuple(path), covering.cosigned_note()).encode()


def _entry_bundle(tx: Tx, n: int, width: int, path: str) -> bytes:
    leaves = read_leaves(tx.connection, n * WIDTH, n * WIDTH + width)
    if len(leaves) < width:
        raise UnknownTile(path=path[:80])
    return encode_entries(leaves)


__all__ = [
    "StatedKey", "StreamHead", "head_of", "key_of", "key_statements", "keys_in_force",
    "log_progress", "newest_note", "proof_at", "proof_of", "tile_bytes",
]  # fmt: skip
