"""A witness's store: a small database of its own, never the platform's.

Per log: the newest tree that it cosigned with its note, a mirror of the leaves, and what it learned from
them (keys, heads of chains). The comparison with what it has seen and the new state are one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, Connection, LargeBinary, MetaData, Table, Text

from trace.ledger.keys import KeyEntry
from trace.ledger.semantic import ChainHead, SemanticState
from trace.ledger.witness import SeenTree
from trace.store.bulk import insert_rows, run_many, select
from trace.store.log.keys import key_text, read_key_text
from trace.store.transaction import Transactions

metadata = MetaData()

seen_tree = Table(
    "seen_tree",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),  # as cosigned by this witness
    Column("peaks", LargeBinary, nullable=False),  # the right edge, 32 bytes each
)
mirrored_leaf = Table(
    "mirrored_leaf",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("leaf", Text, nullable=False),
)
mirrored_key = Table(
    "mirrored_key",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("kid", Text, primary_key=True),
    Column("entry", Text, nullable=False),
)
mirrored_head = Table(
    "mirrored_head",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("stream", Text, primary_key=True),  # the stream's tag: names stay with the platform
    Column("seq", BigInteger, nullable=False),
    Column("stmt", Text, nullable=False),
    Column("holder", Text, nullable=False),
)

_PUT_TREE = (
    "INSERT INTO seen_tree (origin, size, root, note, peaks) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root, "
    "note = excluded.note, peaks = excluded.peaks"
)
_PUT_KEY = (
    "INSERT INTO mirrored_key (origin, kid, entry) VALUES (?, ?, ?) "
    "ON CONFLICT (origin, kid) DO UPDATE SET entry = excluded.entry"
)
_PUT_HEAD = (
    "INSERT INTO mirrored_head (origin, stream, seq, stmt, holder) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (origin, stream) DO UPDATE SET seq = excluded.seq, stmt = excluded.stmt, "
    "holder = excluded.holder"
)


def create_tables(transactions: Transactions) -> None:
    """Make the tables where they are missing; a witness's database has no other version yet."""
    with transactions.begin("witness") as tx:
        metadata.create_all(tx.connection)


def read_seen(connection: Connection) -> dict[str, SeenTree]:
    """Origin → the newest tree that was cosigned."""
    rows = select(connection, "SELECT origin, size, root FROM seen_tree")
    return {origin: SeenTree(int(size), bytes(root)) for origin, size, root in rows}


def read_notes(connection: Connection) -> dict[str, str]:
    """Origin → the newest note, with this witness's line."""
    return {str(row[0]): str(row[1]) for row in select(connection, "SELECT origin, note FROM seen_tree")}


def load_state(connection: Connection, origin: str, registrars: frozenset[str]) -> SemanticState:
    """This witness's state of a log."""
    trees = select(connection, "SELECT size, peaks FROM seen_tree WHERE origin = ?", (origin,))
    size, peaks = (int(trees[0][0]), bytes(trees[0][1])) if trees else (0, b"")
    keys = select(connection, "SELECT kid, entry FROM mirrored_key WHERE origin = ?", (origin,))
    heads = select(
        connection, "SELECT stream, seq, stmt, holder FROM mirrored_head WHERE origin = ?", (origin,)
    )
    return SemanticState(
        origin,
        registrars,
        size,
        tuple([peaks[at : at + 32] for at in range(0, len(peaks), 32)]),
        {kid: read_key_text(entry) for kid, entry in keys},
        {stream: ChainHead(int(seq), stmt, holder) for stream, seq, stmt, holder in heads},
    )


def save_round(
    connection: Connection, before: SemanticState, after: SemanticState, entries: Sequence[bytes]
) -> None:
    """Keep the new leaves and what changed with them."""
    origin = after.origin
    insert_rows(
        connection,
        mirrored_leaf,
        ("origin", "idx", "leaf"),
        [(origin, index, leaf.decode()) for index, leaf in enumerate(entries, before.size)],
    )
    keys: dict[str, KeyEntry] = dict(after.keys or {})
    old_keys = before.keys or {}
    run_many(
        connection,
        _PUT_KEY,
        [(origin, kid, key_text(entry)) for kid, entry in keys.items() if old_keys.get(kid) != entry],
    )
    old_heads = before.heads or {}
    run_many(
        connection,
        _PUT_HEAD,
        [
            (origin, stream, head.seq, head.statement_id, head.holder)
            for stream, head in (after.heads or {}).items()
            if old_heads.get(stream) != head
        ],
    )


def save_tree(connection: Connection, state: SemanticState, root: bytes, note: str) -> None:
    """Keep the tree that is about to be cosigned, with its cosigned note."""
    run_many(connection, _PUT_TREE, [(state.origin, state.size, root, note, b"".join(state.peaks))])
