"""Migrations run up, down and clean on both databases; the log's tables refuse change."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import inspect, text

from tests.clock import SteppingClock
from tests.servers.databases import alembic_config, migrate
from trace.errors import AlreadyRecorded, AppendOnly
from trace.store.base import metadata
from trace.store.bulk import insert_rows
from trace.store.tables import log as tables
from trace.store.transaction import Transactions, open_database

CHECKPOINT = ("size", "root", "note", "at")


@pytest.fixture
def transactions(database_url):
    engine = open_database(database_url)
    yield Transactions(engine, SteppingClock(), None, "trace.test/food")
    engine.dispose()


def test_migrations_run_down_to_nothing_and_up_again(empty_database_url) -> None:
    config = alembic_config(empty_database_url)
    migrate(empty_database_url)
    command.downgrade(config, "base")
    engine = open_database(empty_database_url)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    migrate(empty_database_url)


def test_the_migrated_tables_are_those_of_the_store(database_url) -> None:
    command.check(alembic_config(database_url))


ENTRY = {
    "idx": 0,
    "arrival": 0,
    **dict.fromkeys(("stmt", "kid", "typ", "iss", "stream", "sub", "jws", "leaf", "rules"), "x"),
    "seq": 1,
}
FILLED = {
    "log_checkpoint": ({"size": 1, "root": b"r", "note": "n", "at": 2}, "note"),
    "log_cosignature": ({"size": 1, "witness": "w", "at": 2, "line": "l"}, "line"),
    "log_entry": ({**ENTRY, "logged_at": 1}, "jws"),
    "evidence_entry": (
        {**ENTRY, "origin": "o", "proof": "[]", "checkpoint_size": 1, "existed_by": 1, "received_at": 1},
        "jws",
    ),
    "evidence_checkpoint": ({"origin": "o", "size": 1, "note": "n", "received_at": 2}, "note"),
}


@pytest.mark.parametrize("table", sorted(FILLED))
def test_rows_of_the_log_can_be_neither_changed_nor_deleted(transactions, table) -> None:
    row, column = FILLED[table]
    with transactions.begin("test") as tx:
        tx.connection.execute(metadata.tables[table].insert().values(row))
    for change in (f"UPDATE {table} SET {column} = 'forged'", f"DELETE FROM {table}"):
        with pytest.raises(AppendOnly) as refused, transactions.begin("test") as tx:
            tx.connection.execute(text(change))
        assert refused.value.params == {"table": table}
    with transactions.look() as tx:
        assert tx.connection.scalar(text(f"SELECT count(*) FROM {table} WHERE {column} <> 'forged'")) == 1


def test_postgresql_refuses_to_truncate_the_log(transactions, database_kind) -> None:
    if database_kind == "sqlite":
        return  # has no TRUNCATE
    with pytest.raises(AppendOnly), transactions.begin("test") as tx:
        tx.connection.execute(text("TRUNCATE log_entry"))


def test_a_tile_grows_and_does_not_change(transactions) -> None:
    tile = tables.log_tile
    with transactions.begin("test") as tx:
        insert_rows(tx.connection, tile, ("level", "n", "hashes"), [(0, 0, b"ab")])
    with transactions.begin("test") as tx:
        tx.connection.execute(tile.update().values(hashes=b"abcd"))
    for forged in (b"abXd", b"ab", b"Xbcdef"):
        with pytest.raises(AppendOnly), transactions.begin("test") as tx:
            tx.connection.execute(tile.update().values(hashes=forged))
    with pytest.raises(AppendOnly), transactions.begin("test") as tx:
        tx.connection.execute(tile.delete())


@pytest.mark.parametrize("rows", [1, 60])
def test_a_constraint_leaves_as_a_conflict_by_name_and_nothing_stays(transactions, rows) -> None:
    values = [(size, b"r", "n", 1) for size in range(rows)]
    with (
        pytest.raises(AlreadyRecorded) as refused,
        transactions.begin("test") as tx,
    ):
        insert_rows(tx.connection, tables.log_checkpoint, CHECKPOINT, [*values, values[0]])
    assert refused.value.params == {"constraint": "pk_log_checkpoint"}
    with transactions.look() as tx:
        assert tx.connection.scalar(text("SELECT count(*) FROM log_checkpoint")) == 0


def test_a_look_is_one_snapshot(transactions) -> None:
    with transactions.look() as before:
        count = text("SELECT count(*) FROM log_checkpoint")
        assert before.connection.scalar(count) == 0
        with transactions.begin("test") as tx:
            insert_rows(tx.connection, tables.log_checkpoint, CHECKPOINT, [(1, b"r", "n", 1)])
        assert before.connection.scalar(count) == 0
