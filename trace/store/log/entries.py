"""Rows of the log: entries, leaves, tiles, chain heads.

Written by the sequencer only, inside its transaction; read by anybody. The bytes of a statement and of its
leaf come back exactly as they went in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from trace.errors import TileMissing
from trace.frozen import quickly_made
from trace.ledger.tiles import HEIGHT, WIDTH, Tile, TileTree
from trace.store.base import from_micros
from trace.store.bulk import Values, insert_rows, run_many, select
from trace.store.mapping import RowMapping
from trace.store.query import rows_where
from trace.store.tables.log import log_entry

_HEAD = "SELECT idx + 1, logged_at, arrival FROM log_entry ORDER BY idx DESC LIMIT 1"
_LAST_EVIDENCE = "SELECT coalesce(max(arrival), -1) FROM evidence_entry"
_PUT_TILE = (
    "INSERT INTO log_tile (level, n, hashes) VALUES (?, ?, ?) "
    "ON CONFLICT (level, n) DO UPDATE SET hashes = excluded.hashes"
)
# So many streams a look-up on SQLite, the last one repeated: the text never changes, and names are compared
# as they were bound (a JSON array would end a name at U+0000). CROSS JOIN and OFFSET 0: only ever by the key.
_ASKED = 32
_HEADS = {
    "sqlite": (
        f"SELECT DISTINCT iss, stream, seq, stmt FROM (VALUES {', '.join(['(?, ?)'] * _ASKED)}) AS asked "  # noqa: S608
        "CROSS JOIN chain_head ON iss = asked.column1 AND stream = asked.column2"
    ),
    "postgresql": (
        "SELECT asked.iss, asked.stream, head.seq, head.stmt "
        "FROM unnest(%s::text[], %s::text[]) AS asked (iss, stream) CROSS JOIN LATERAL (SELECT seq, stmt "
        "FROM chain_head WHERE iss = asked.iss AND stream = asked.stream OFFSET 0) AS head"
    ),
}
_PUT_HEAD = (
    "INSERT INTO chain_head (iss, stream, seq, stmt) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (iss, stream) DO UPDATE SET seq = excluded.seq, stmt = excluded.stmt"
)


@dataclass(frozen=True, slots=True)
class LogHead:
    """The head of the log: `size` entries, its last time (None when empty), the next arrival number."""

    size: int
    logged_at: datetime | None
    arrival: int


@quickly_made
@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One entry as it was logged."""

    index: int
    arrival: int
    statement_id: str
    kid: str
    typ: str
    iss: str
    stream: str
    seq: int
    sub: str
    jws: str
    leaf: str
    logged_at: datetime
    rules: str
    via: str | None


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The last statement of a signer's stream."""

    seq: int
    statement_id: str


Heads = Mapping[tuple[str, str], ChainHead]
"""(iss, stream) → head."""
_ENTRY = RowMapping(log_entry, StoredEntry, named={"index": "idx", "statement_id": "stmt"})
_STMT = _ENTRY.places["stmt"]


def read_head(connection: Connection) -> LogHead:
    """The head of the log and of the arrivals; two queries."""
    evidence = int(select(connection, _LAST_EVIDENCE)[0][0])
    rows = select(connection, _HEAD)
    if not rows:
        return LogHead(0, None, evidence + 1)
    size, logged_at, arrival = rows[0]
    return LogHead(int(size), from_micros(logged_at), max(int(arrival), evidence) + 1)


def append_entries(connection: Connection, entries: Iterable[StoredEntry]) -> None:
    """Append entries to the log."""
    insert_rows(connection, log_entry, _ENTRY.inserted, [_ENTRY.row(entry) for entry in entries])


def put_heads(connection: Connection, heads: Heads) -> None:
    """Set the heads of chains."""
    run_many(connection, _PUT_HEAD, [(*of, head.seq, head.statement_id) for of, head in heads.items()])


def load_tree(connection: Connection, size: int) -> TileTree:
    """Restore the growing tree of `size` entries from the unfinished tile of each level."""
    edges = []
    level = 0
    while size >> HEIGHT * level:
        n, width = divmod(size >> HEIGHT * level, WIDTH)
        edges.append(read_tile(connection, level, n, width) if width else b"")
        level += 1
    return TileTree(size, edges)


def put_tiles(connection: Connection, tree: TileTree, full: Sequence[Tile]) -> None:
    """Write the tiles that a batch filled and the unfinished ones that it changed."""
    rows: list[Values] = [(tile.level, tile.n, tile.data) for tile in full]
    changed = 1 + max((tile.level for tile in full), default=-1)
    for level, edge in enumerate(tree.edges()[: changed + 1]):
        if edge:
            rows.append((level, (tree.size >> HEIGHT * level) // WIDTH, edge))
    run_many(connection, _PUT_TILE, rows)


def read_tile(connection: Connection, level: int, n: int, width: int) -> bytes:
    """The first `width` hashes of a tile; raises `TileMissing` where the tree is not that far."""
    rows = select(connection, "SELECT hashes FROM log_tile WHERE level = ? AND n = ?", (level, n))
    hashes = bytes(rows[0][0])[: width * 32] if rows else b""
    if len(hashes) < width * 32:
        raise TileMissing(level=level, n=n)
    return hashes


class StoredTiles:
    """Tiles as `ledger.tiles.TileHashes` wants to read them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tile(self, level: int, n: int, width: int) -> bytes:
        return read_tile(self._connection, level, n, width)


def read_leaves(connection: Connection, start: int, end: int) -> list[bytes]:
    """The leaves [start, end) in order, as they were hashed; fewer where the log ends."""
    rows = select(
        connection, "SELECT leaf FROM log_entry WHERE idx >= ? AND idx < ? ORDER BY idx", (start, end)
    )
    return [leaf.encode() for (leaf,) in rows]


def read_entries(connection: Connection, start: int, end: int) -> list[StoredEntry]:
    """The entries [start, end) in order; fewer where the log ends."""
    sql = f"SELECT {_ENTRY.columns} FROM log_entry WHERE idx >= ? AND idx < ? ORDER BY idx"  # noqa: S608 - own names
    return [_ENTRY.read(row) for row in select(connection, sql, (start, end))]


def read_entries_in_chunks(
    connection: Connection, size: int, chunk: int = 1000
) -> Iterator[list[StoredEntry]]:
    """All entries below `size`, a chunk at a time, so that memory does not follow the log."""
    for start in range(0, size, chunk):
        yield read_entries(connection, start, min(start + chunk, size))


def find_entries(connection: Connection, statements: Collection[str]) -> dict[str, StoredEntry]:
    """The entries of these statement ids; those that were never logged are absent."""
    sql = f"SELECT {_ENTRY.columns} FROM log_entry WHERE stmt {{among}}"  # noqa: S608 - own names
    return {row[_STMT]: _ENTRY.read(row) for row in rows_where(connection, sql, statements)}


def find_indices(connection: Connection, statements: Collection[str]) -> dict[str, int]:
    """Statement id → index, for those that are logged."""
    rows = rows_where(connection, "SELECT stmt, idx FROM log_entry WHERE stmt {among}", statements)
    return {stmt: int(idx) for stmt, idx in rows}


def read_heads(
    connection: Connection, streams: Collection[tuple[str, str]]
) -> dict[tuple[str, str], ChainHead]:
    """(iss, stream) → head, of those of these streams that were begun; one look-up by key for each."""
    rows: list[Any] = []
    for given in _asked(list(streams), connection.dialect.name):
        rows += connection.exec_driver_sql(_HEADS[connection.dialect.name], given)
    return {(iss, stream): ChainHead(int(seq), stmt) for iss, stream, seq, stmt in rows}


def _asked(streams: list[tuple[str, str]], dialect: str) -> Iterator[Values]:
    """The parameters of each look-up of these streams."""
    if dialect == "postgresql" and streams:
        yield [iss for iss, _ in streams], [stream for _, stream in streams]
    elif streams:
        for start in range(0, len(streams), _ASKED):
            part = streams[start : start + _ASKED]
            part += part[-1:] * (_ASKED - len(part))
            yield tuple(name for pair in part for name in pair)


def read_stream(connection: Connection, iss: str, stream: str, seq: int, count: int) -> list[tuple[str, str]]:
    """(statement id, sub) of at most `count` statements of a stream from `seq` on."""
    sql = "SELECT stmt, sub FROM log_entry WHERE iss = ? AND stream = ? AND seq >= ? AND seq < ? ORDER BY seq"
    return [(stmt, sub) for stmt, sub in select(connection, sql, (iss, stream, seq, seq + count))]


def read_numbered(connection: Connection, numbers: Collection[tuple[str, str, int]]) -> list[StoredEntry]:
    """The entries at these places of chains, (iss, stream, seq)."""
    sql = f"SELECT {_ENTRY.columns} FROM log_entry WHERE iss = ? AND stream = ? AND seq = ?"  # noqa: S608 - own names
    return [_ENTRY.read(row) for number in sorted(numbers) for row in select(connection, sql, number)]


def read_types(connection: Connection, types: Collection[str], start: int, end: int) -> list[StoredEntry]:
    """The entries [start, end) of these kinds, in order (the key statements that a witness asks for)."""
    sql = f"SELECT {_ENTRY.columns} FROM log_entry WHERE typ {{among}} AND idx >= ? AND idx < ? ORDER BY idx"  # noqa: S608 - own names
    return [_ENTRY.read(row) for row in rows_where(connection, sql, types, start, end)]
