"""The tests' own PostgreSQL: it is real, it is unprivileged, it can be killed, and it goes away."""

from __future__ import annotations

import os
import signal
import socket
import subprocess

import psycopg
import pytest
from sqlalchemy import create_engine, inspect, text

from tests.servers.databases import Databases, folder_in_memory
from tests.servers.postgres import PostgresServer


def test_the_server_is_postgresql_and_not_root(databases: Databases, postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        version = connection.scalar(text("show server_version"))
        assert version is not None
        assert int(str(version).partition(".")[0]) >= 16
        process = connection.scalar(text("select pg_backend_pid()"))
    engine.dispose()
    owner = os.stat(databases.server.data / "postmaster.pid").st_uid  # noqa: PTH116  # the uid is wanted
    assert owner != 0
    assert process


def test_databases_are_separate(databases: Databases) -> None:
    one, two = databases.empty("postgresql"), databases.empty("postgresql")
    first = create_engine(one)
    with first.begin() as connection:
        connection.execute(text("create table only_here (n int)"))
    first.dispose()
    second = create_engine(two)
    with second.connect() as connection:
        assert connection.scalar(text("select to_regclass('only_here')")) is None
    second.dispose()
    databases.discard(one)
    databases.discard(two)


CHANGES = (
    "INSERT INTO shared_counter VALUES ('x', 1)",
    "CREATE TABLE only_here (n int)",
    "ALTER TABLE log_entry DISABLE TRIGGER ALL",
    "DROP INDEX {index}",
    "ALTER TABLE lot ADD COLUMN more int",
    "ALTER TABLE lot ALTER COLUMN urn DROP NOT NULL",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "UPDATE alembic_version SET version_num = '0001'",
)


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_a_database_is_used_again_only_as_new(databases: Databases, number: int) -> None:
    url = databases.migrated("postgresql")
    engine = create_engine(url)
    with engine.begin() as connection:
        index = connection.scalar(
            text("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'ix_%' LIMIT 1")
        )
        connection.execute(text(CHANGES[number].format(index=index)))
        tables = inspect(connection).get_table_names()
    engine.dispose()
    with databases.server.connect(url.rpartition("@/")[2].partition("?")[0]) as forgotten:
        databases.discard(url)
        with pytest.raises(psycopg.OperationalError):
            forgotten.execute("SELECT 1")
    again = databases.migrated("postgresql")
    assert (again == url) == (number == 0)
    engine = create_engine(again)
    with engine.connect() as connection:
        expected = {"alembic_version": 1} | dict.fromkeys(tables, 0)
        for name in set(tables) - {"only_here", "alembic_version"}:
            assert connection.scalar(text(f"SELECT count(*) FROM {name}")) == expected[name], name
        assert connection.scalar(text("SELECT to_regclass('only_here')")) is None
    engine.dispose()
    databases.discard(again)


@pytest.mark.slow
def test_a_durable_server_keeps_what_it_acknowledged_through_an_immediate_stop(new_postgres) -> None:
    server: PostgresServer = new_postgres(durable=True)
    with psycopg.connect(host=str(server.folder), user="greentrace", dbname="postgres") as connection:
        assert connection.execute("show fsync").fetchone() == ("on",)
        connection.execute("create table kept as select 42 as n")
    server.restart(signal.SIGQUIT)
    with psycopg.connect(host=str(server.folder), user="greentrace", dbname="postgres") as connection:
        assert connection.execute("select n from kept").fetchone() == (42,)


def test_a_removed_server_leaves_no_folder(new_postgres) -> None:
    server: PostgresServer = new_postgres()
    server.remove()
    assert not server.folder.exists()


def test_what_a_killed_run_left_in_memory_goes() -> None:
    dead = subprocess.Popen(["/bin/true"])
    dead.wait()
    one = folder_in_memory()
    if one is None:  # this machine has no roomy one: databases lie in the temporary folder
        return
    left = one.with_name(f"gt-db-{dead.pid}-left")
    left.mkdir()
    other = folder_in_memory()
    assert other is not None
    assert (one.exists(), left.exists()) == (True, False)
    one.rmdir()
    other.rmdir()


def test_a_test_cannot_reach_the_network() -> None:
    with socket.socket() as reaching, pytest.raises(RuntimeError, match=r"192\.0\.2\.1"):
        reaching.connect(("192.0.2.1", 9))
