"""Shared versions that a cache asks before every hit (ruling 11): of what pages show, of a scope's codes.

What pages show has two counters, so that who writes records and who signs checkpoints do not wait for each
other's row: `projections` rises with every batch of records, `pages` with whatever else a public page shows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Engine, event

from trace.store.faults import DATABASE_ERRORS, refusal_of

PROJECTIONS, PAGES = "projections", "pages"
_CODES = "codes:"
_BUMP = (
    "INSERT INTO shared_counter (name, value) VALUES (?, 1) "
    "ON CONFLICT (name) DO UPDATE SET value = shared_counter.value + 1"
)
_READ = "SELECT CAST(coalesce(sum(value), 0) AS BIGINT) FROM shared_counter WHERE name IN (?, ?)"
_READ_CODES = "SELECT coalesce(max(value), 0) FROM shared_counter WHERE name = ?"


def bump_version(connection: Connection, name: str = PROJECTIONS) -> None:
    """Raise the version; part of the transaction that changes pages, so a rollback takes it back."""
    connection.exec_driver_sql(_placed(_BUMP, connection.dialect.name), (name,))


def read_version(connection: Connection) -> int:
    """One look-up by key; 0 before the first statement."""
    sql = _placed(_READ, connection.dialect.name)
    return int(connection.exec_driver_sql(sql, (PROJECTIONS, PAGES)).scalar_one())


def bump_codes(connection: Connection, scopes: Iterable[str]) -> None:
    """Raise the version of each scope whose codes changed; in the order of names, so that writers never wait
    for each other in a ring."""
    for scope in sorted(scopes):
        bump_version(connection, _CODES + scope)


def read_codes_version(connection: Connection, scope: str) -> int:
    """One look-up by key; 0 before the scope's first range."""
    sql = _placed(_READ_CODES, connection.dialect.name)
    return int(connection.exec_driver_sql(sql, (_CODES + scope,)).scalar_one())


class SharedVersions:
    """The versions as committed now, each by one read on a connection of its own outside any transaction.

    A tenth of what a transaction costs, so that it can stand before every hit. As many connections are kept
    as threads ask at once; they end with the engine's pool. Raises the store's refusals (StorageLost …).
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: deque[Any] = deque()
        self._pages = _placed(_READ, engine.dialect.name)
        self._codes = _placed(_READ_CODES, engine.dialect.name)
        event.listen(engine, "engine_disposed", self._close)

    def pages(self) -> int:
        """`read_version`."""
        return self._read(self._pages, (PROJECTIONS, PAGES))

    def codes(self, scope: str) -> int:
        """`read_codes_version`."""
        return self._read(self._codes, (_CODES + scope,))

    def _read(self, sql: str, names: tuple[str, ...]) -> int:
        with suppress(IndexError, *DATABASE_ERRORS):  # the server may have gone and come back since
            return self._read_on(self._idle.pop(), sql, names)
        try:
            return self._read_on(self._connect(), sql, names)
        except DATABASE_ERRORS as error:
            refusal = refusal_of(error)
            if refusal is None:
                raise
            raise refusal from error

    def _read_on(self, connection: Any, sql: str, names: tuple[str, ...]) -> int:
        try:
            (version,) = connection.execute(sql, names).fetchone()
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return int(version)

    def _connect(self) -> Any:
        """A driver's connection that the pool has forgotten; each statement in it is its own transaction."""
        pooled = self._engine.raw_connection()
        driver = pooled.driver_connection
        if self._engine.dialect.name == "postgresql":
            pooled.rollback()
            driver.autocommit = True  # type: ignore[union-attr]
        pooled.detach()
        return driver

    def _close(self, _engine: Engine) -> None:
        while self._idle:
            self._idle.pop().close()


def _placed(sql: str, dialect: str) -> str:
    return sql.replace("?", "%s") if dialect == "postgresql" else sql
