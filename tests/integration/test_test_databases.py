"""The tests' own PostgreSQL: it is real, it is unprivileged, it can be killed, and it goes away."""

from __future__ import annotations

import os
import signal
import socket

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests.servers.databases import Databases
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


def test_a_test_cannot_reach_the_network() -> None:
    with socket.socket() as reaching, pytest.raises(RuntimeError, match=r"192\.0\.2\.1"):
        reaching.connect(("192.0.2.1", 9))
