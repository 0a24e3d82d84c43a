"""Shared cache versions, asked before every hit: of what pages show, and of a scope's codes (docs/adr/0032).

What pages show has two counters, so that who writes records and who signs checkpoints do not wait for each
other's row: `projections` rises with every batch of records, `pages` with whatever else a public page shows.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Self
from weakref import WeakKeyDictionary, proxy

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import Connection, Engine, event

from trace.store.bulk import marked
from trace.store.faults import DATABASE_ERRORS, refusal_of

PROJECTIONS, PAGES = "projections", "pages"
_CODES = "codes:"
_BUMP = (
    "INSERT INTO shared_counter (name, value) VALUES (?, 1) "
    "ON CONFLICT (name) DO UPDATE SET value = shared_counter.value + 1"
)
_READ = (
    "SELECT CAST(coalesce(sum(value), 0) AS BIGINT) FROM shared_counter "  # noqa: S608 - constants of ours
    f"WHERE name IN ('{PROJECTIONS}', '{PAGES}')"
)
_READ_CODES = "SELECT coalesce(max(value), 0) FROM shared_counter WHERE name = ?"


def bump_version(connection: Connection, name: str = PROJECTIONS) -> None:
    """Raise the version; part of the transaction that changes pages, so a rollback takes it back."""
    connection.exec_driver_sql(marked(_BUMP, connection.dialect.name), (name,))


def read_version(connection: Connection) -> int:
    """One look-up by key; 0 before the first statement."""
    return int(connection.exec_driver_sql(_READ).scalar_one())


def bump_codes(connection: Connection, scopes: Iterable[str]) -> None:
    """Raise the version of each scope whose codes changed; in the order of names, so that writers never wait
    for each other in a ring."""
    for scope in sorted(scopes):
        bump_version(connection, _CODES + scope)


def read_codes_version(connection: Connection, scope: str) -> int:
    """One look-up by key; 0 before the scope's first range."""
    sql = marked(_READ_CODES, connection.dialect.name)
    return int(connection.exec_driver_sql(sql, (_CODES + scope,)).scalar_one())


class _OnSqlite:
    """A driver's connection; the file is read under no lock."""

    def __init__(self, driver: sqlite3.Connection) -> None:
        self._driver = driver
        self.close = driver.close

    def pages(self) -> int:
        return int(self._driver.execute(_READ).fetchone()[0])

    def codes(self, name: str) -> int:
        return int(self._driver.execute(_READ_CODES, (name,)).fetchone()[0])


class _OnPostgresql:
    """Two prepared statements of libpq, in a fourth of the time that a cursor takes."""

    _PAGES, _CODES = b"trace_pages", b"trace_codes"

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self._driver = driver
        self.close = driver.close
        driver.rollback()
        driver.autocommit = True
        for name, sql in ((self._PAGES, _READ), (self._CODES, _READ_CODES.replace("?", "$1"))):
            self._value(driver.pgconn.prepare(name, sql.encode()))

    def pages(self) -> int:
        return int(self._value(self._driver.pgconn.exec_prepared(self._PAGES, [])))

    def codes(self, name: str) -> int:
        return int(self._value(self._driver.pgconn.exec_prepared(self._CODES, [name.encode()])))

    def _value(self, result: PGresult) -> bytes:
        """The only value of an answer; raises what the driver makes of a failed one."""
        if result.status == ExecStatus.COMMAND_OK:
            return b""
        if result.status != ExecStatus.TUPLES_OK:
            self._driver.execute("SELECT 1")  # a lost connection says so in the driver's own words
            raise psycopg.DatabaseError(result.error_message.decode("utf-8", "replace"))
        return result.get_value(0, 0) or b""


class _Request(threading.local):
    """What this thread has read of the version for the request that it answers."""

    open = False
    version: int | None = None


class SharedVersions:
    """The versions as committed now, each by one read on a connection of its own outside any transaction.

    A tenth of what a transaction costs, so that it can stand before every hit. As many connections are kept
    as threads ask at once; they end with the engine's pool. Raises the store's refusals (StorageLost …).

    In a `with` of it a thread reads `pages` once at most: what answers one request is as of one moment.
    """

    def __init__(self, engine: Engine) -> None:
        """Take `versions_of`, which gives every user of an engine the same one."""
        self._engine = proxy(engine)
        self._request = _Request()
        self._idle: deque[_OnSqlite | _OnPostgresql] = deque()
        event.listen(engine, "engine_disposed", self._close)

    def __enter__(self) -> Self:
        self._request.open, self._request.version = True, None
        return self

    def __exit__(self, *_: object) -> None:
        self._request.open = False

    def pages(self) -> int:
        """`read_version`."""
        request = self._request
        if not request.open:
            return self._read(None)
        if request.version is None:
            request.version = self._read(None)
        return request.version

    def codes(self, scope: str) -> int:
        """`read_codes_version`."""
        return self._read(_CODES + scope)

    def _read(self, codes: str | None) -> int:
        """Of all pages, or of the codes of that name."""
        with suppress(IndexError, *DATABASE_ERRORS):  # the server may have gone and come back since
            return self._read_on(self._idle.pop(), codes)
        try:
            return self._read_on(self._connect(), codes)
        except DATABASE_ERRORS as error:
            refusal = refusal_of(error)
            if refusal is None:
                raise
            raise refusal from error

    def _read_on(self, connection: _OnSqlite | _OnPostgresql, codes: str | None) -> int:
        try:
            version = connection.pages() if codes is None else connection.codes(codes)
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return version

    def _connect(self) -> _OnSqlite | _OnPostgresql:
        """A connection that the pool has forgotten; each statement in it is its own transaction."""
        pooled = self._engine.raw_connection()
        driver: Any = pooled.driver_connection
        pooled.detach()
        return _OnPostgresql(driver) if self._engine.dialect.name == "postgresql" else _OnSqlite(driver)

    def _close(self, _engine: Engine) -> None:
        while self._idle:
            self._idle.pop().close()


_OF_ENGINES: WeakKeyDictionary[Engine, SharedVersions] = WeakKeyDictionary()


def versions_of(engine: Engine) -> SharedVersions:
    """The versions in the database of an engine."""
    found = _OF_ENGINES.get(engine)
    return found if found is not None else _OF_ENGINES.setdefault(engine, SharedVersions(engine))
