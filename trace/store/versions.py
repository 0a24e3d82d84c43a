"""Shared cache versions, asked before every hit: of what pages show, and of a scope's codes (docs/adr/0032).

What pages show has two counters, so that who writes records and who signs checkpoints do not wait for each
other's row: `projections` rises with every batch of records, `pages` with whatever else a public page shows.
Their version is both in one number. What each raise was about stands beside it for a while (`page_keys`), so
that a process which keeps pages lets go of those that hang on it.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from typing import Any, Self, TypeVar
from weakref import WeakKeyDictionary, proxy

import orjson
import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import Connection, Engine, event

from trace.store.bulk import marked
from trace.store.faults import DATABASE_ERRORS, refusal_of

Answer = TypeVar("Answer")
Change = tuple[str, int, str]
"""(counter, its value, JSON array of the keys that were touched)."""

PROJECTIONS, PAGES = "projections", "pages"
_CODES = "codes:"
REMEMBERED = 512
"""How many raises of a counter can be looked up; who is further behind takes everything as changed."""
MOST_KEYS = 2_000
"""A change that touches more is one of everything."""
_ROOM = 31  # bits for `pages` below `projections`
_BUMP = (
    "INSERT INTO shared_counter (name, value) VALUES (?, 1) "
    "ON CONFLICT (name) DO UPDATE SET value = shared_counter.value + 1 RETURNING value"
)
_TELL = (
    "INSERT INTO page_change (name, value, keys) VALUES (?, ?, ?) "
    "ON CONFLICT (name, value) DO UPDATE SET keys = excluded.keys"
)
_FORGET = "DELETE FROM page_change WHERE name = ? AND value <= ?"
_READ = (
    "SELECT CAST(coalesce(sum(CASE name WHEN "  # noqa: S608 - constants of ours, here and below
    f"'{PROJECTIONS}' THEN value * {1 << _ROOM} ELSE value END), 0) AS BIGINT) FROM shared_counter "
    f"WHERE name IN ('{PROJECTIONS}', '{PAGES}')"
)
_READ_CHANGES = (
    "SELECT name, value, keys FROM page_change "  # noqa: S608
    f"WHERE (name = '{PROJECTIONS}' AND value > ?) OR (name = '{PAGES}' AND value > ?) ORDER BY value"
)
_READ_CODES = "SELECT coalesce(max(value), 0) FROM shared_counter WHERE name = ?"


def bump_version(
    connection: Connection, name: str = PROJECTIONS, keys: Collection[str] | None = None
) -> None:
    """Raise the version; part of the transaction that changes pages, so a rollback takes it back.

    `keys` are those of what changed (`page_keys`); None: pages may show anything else now.
    """
    value = _raise(connection, name)
    if keys is not None and len(keys) <= MOST_KEYS:
        told = (name, value, orjson.dumps(sorted(keys)).decode())
        connection.exec_driver_sql(marked(_TELL, connection.dialect.name), told)
    if value % (REMEMBERED // 8) == 0:
        connection.exec_driver_sql(marked(_FORGET, connection.dialect.name), (name, value - REMEMBERED))


def _raise(connection: Connection, name: str) -> int:
    return int(connection.exec_driver_sql(marked(_BUMP, connection.dialect.name), (name,)).scalar_one())


def parts_of(version: int) -> dict[str, int]:
    """The counters that a version is made of."""
    return {PROJECTIONS: version >> _ROOM, PAGES: version & ((1 << _ROOM) - 1)}


def version_of(parts: Mapping[str, int]) -> int:
    """The inverse of `parts_of`."""
    return (parts[PROJECTIONS] << _ROOM) + parts[PAGES]


def read_version(connection: Connection) -> int:
    """One look-up by key; 0 before the first statement."""
    return int(connection.exec_driver_sql(_READ).scalar_one())


def bump_codes(connection: Connection, scopes: Iterable[str]) -> None:
    """Raise the version of each scope whose codes changed; in the order of names, so that writers never wait
    for each other in a ring."""
    for scope in sorted(scopes):
        _raise(connection, _CODES + scope)


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

    def changes(self, projections: int, pages: int) -> list[Change]:
        return self._driver.execute(_READ_CHANGES, (projections, pages)).fetchall()


class _OnPostgresql:
    """Prepared statements of libpq for what stands before every hit, in a fourth of a cursor's time."""

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

    def changes(self, projections: int, pages: int) -> list[Change]:
        return self._driver.execute(_READ_CHANGES.replace("?", "%s"), (projections, pages)).fetchall()

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
            return self._read(lambda driver: driver.pages())
        if request.version is None:
            request.version = self._read(lambda driver: driver.pages())
        return request.version

    def codes(self, scope: str) -> int:
        """`read_codes_version`."""
        return self._read(lambda driver: driver.codes(_CODES + scope))

    def changes(self, after: int) -> list[Change]:
        """What was told of the raises since a version, of those that are remembered."""
        parts = parts_of(after)
        return self._read(lambda driver: driver.changes(parts[PROJECTIONS], parts[PAGES]))

    def _read(self, ask: Callable[[_OnSqlite | _OnPostgresql], Answer]) -> Answer:
        with suppress(IndexError, *DATABASE_ERRORS):  # the server may have gone and come back since
            return self._read_on(self._idle.pop(), ask)
        try:
            return self._read_on(self._connect(), ask)
        except DATABASE_ERRORS as error:
            refusal = refusal_of(error)
            if refusal is None:
                raise
            raise refusal from error

    def _read_on(
        self, connection: _OnSqlite | _OnPostgresql, ask: Callable[[_OnSqlite | _OnPostgresql], Answer]
    ) -> Answer:
        try:
            answer = ask(connection)
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return answer

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
