"""Somebody with the database's administrator account: triggers do not stop them, and they can hash too."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from tests.servers.platform import LOT_KEY, TestPlatform
from trace.ledger.leaf import leaf_of, lot_secret
from trace.ledger.merkle import leaf_hash
from trace.ledger.statement import Statement
from trace.ledger.tiles import TileTree
from trace.store.log.entries import put_tiles, read_head, read_leaves

GUARDED = (
    "log_entry",
    "log_tile",
    "log_checkpoint",
    "log_cosignature",
    "evidence_entry",
    "evidence_checkpoint",
    "evidence_run",
    "evidence_refusal",
)
_EDIT = (
    "UPDATE log_entry SET stmt = :stmt, kid = :kid, typ = :typ, sub = :sub, jws = :jws, leaf = :leaf "
    "WHERE idx = :idx"
)
_COPY = (
    "INSERT INTO log_entry "
    "(idx, arrival, stmt, kid, typ, iss, stream, seq, sub, jws, leaf, logged_at, rules) "
    "SELECT idx + 1, arrival + 1, "
    ":stmt, :kid, :typ, :iss, :stream, :seq, :sub, :jws, :leaf, logged_at, rules "
    "FROM log_entry ORDER BY idx DESC LIMIT 1"
)


class Intruder:
    """Changes rows behind the platform's back; `retile` makes the tree fit again, as a clever one would."""

    def __init__(self, platform: TestPlatform) -> None:
        self._platform = platform
        with platform.engine.begin() as connection:
            _unlock(connection)

    def edit(self, index: int, other: Statement) -> None:
        self._run([(_EDIT, {**_columns(other), "idx": index})])

    def append(self, statement: Statement) -> None:
        """Put an entry in without asking admission, and the tree with it."""
        claims = statement.claims
        more = {"iss": claims.iss, "stream": claims.stream, "seq": claims.seq}
        self._run([(_COPY, {**_columns(statement), **more})])
        self.retile()

    def delete(self, index: int) -> None:
        """Take one entry out and close the gap."""
        self._run(
            [
                (f"DELETE FROM log_entry WHERE idx = {index}", {}),
                (f"UPDATE log_entry SET idx = -idx WHERE idx > {index}", {}),
                ("UPDATE log_entry SET idx = -idx - 1 WHERE idx < 0", {}),
            ]
        )

    def swap(self, one: int, other: int) -> None:
        self._run(
            [
                (f"UPDATE log_entry SET idx = -1 WHERE idx = {one}", {}),
                (f"UPDATE log_entry SET idx = {one} WHERE idx = {other}", {}),
                (f"UPDATE log_entry SET idx = {other} WHERE idx = -1", {}),
            ]
        )

    def forget_checkpoints(self) -> None:
        tables = ("log_cosignature", "log_signers", "log_checkpoint")
        self._run([(f"DELETE FROM {table}", {}) for table in tables])

    def run(self, *steps: str) -> None:
        """Whatever SQL says."""
        self._run([(step, {}) for step in steps])

    def retile(self) -> None:
        """Compute every tile again from the leaves as they are now."""
        with self._platform.engine.begin() as connection:
            connection.execute(text("DELETE FROM log_tile"))
            leaves = read_leaves(connection, 0, read_head(connection).size)
            tree = TileTree()
            put_tiles(connection, tree, tree.extend([leaf_hash(leaf) for leaf in leaves]))

    def _run(self, steps: Sequence[tuple[str, dict[str, object]]]) -> None:
        with self._platform.engine.begin() as connection:
            for sql, values in steps:
                connection.execute(text(sql), values)


def _columns(statement: Statement) -> dict[str, object]:
    claims = statement.claims
    leaf = leaf_of(statement, lot_secret(LOT_KEY, claims.sub)).encode().decode()
    return {
        "stmt": statement.statement_id,
        "kid": statement.kid,
        "typ": claims.typ,
        "sub": claims.sub,
        "jws": statement.compact,
        "leaf": leaf,
    }


def _unlock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        for table in GUARDED:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        return
    found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
    for name in found:
        connection.execute(text(f'DROP TRIGGER "{name}"'))
