"""Transactions: the only place that begins, commits and rolls back.

`with transactions.begin(actor) as tx:` commits on leaving and rolls back on any exception;
`transactions.look()` is a read-only snapshot. A `Tx` is frozen and carries what a use case needs to know.
With `sequencing=True` it holds the log's lock: SQLite `BEGIN IMMEDIATE` (every writer), PostgreSQL an
advisory lock that ends with the transaction, so that two processes never number records at once.
`with transactions.alone(work):` is for what lasts longer than a transaction and only one process of a log is
to do at a time; whoever dies in it lets go of it.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url

from trace.errors import Refusal
from trace.rules import Rules
from trace.store.faults import DATABASE_ERRORS, refusal_of

if TYPE_CHECKING:
    from sqlalchemy import Pool
    from sqlalchemy.engine.interfaces import DBAPIConnection

__all__ = ["WAIT_SECONDS", "Clock", "Connection", "Transactions", "Tx", "open_database", "savepoint"]

Clock = Callable[[], datetime]

WAIT_SECONDS = 10
_SEQUENCER_LOCK = 0x7472_6163_65  # "trace": one log a database, so one lock a database
_BEGIN = "trace_begin"
_AT_ONCE = {"isolation_level": "AUTOCOMMIT"}
_TAKE_LOCK = text(f"SELECT pg_advisory_xact_lock({_SEQUENCER_LOCK})")
_BE_ALONE = text("SELECT pg_advisory_lock(:first, hashtext(:work))")
_NO_LONGER = text("SELECT pg_advisory_unlock(:first, hashtext(:work))")
_ALONE_LOCKS = 0x7472_6163  # "trac"


@dataclass(frozen=True, slots=True)
class Tx:
    """One transaction: its connection, who acts, the time it began, the rules in force, the own log."""

    connection: Connection
    actor: str
    now: datetime
    rules: Rules  # the store hands them on and never reads them
    origin: str


class Transactions:
    """Makes transactions on one database for one log (`origin`), with a clock that is passed in."""

    def __init__(self, engine: Engine, clock: Clock, rules: Rules, origin: str) -> None:
        self.engine = engine
        self.clock = clock
        self.rules = rules
        self.origin = origin
        self._reads = engine.execution_options(**_reading(engine))
        self._writes = engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})

    @contextmanager
    def begin(self, actor: str, *, sequencing: bool = False) -> Iterator[Tx]:
        """A writing transaction; database errors leave it as refusals (`AlreadyRecorded`, `StorageFull`)."""
        with _faults_named(), self._writes.connect() as connection, connection.begin():
            if sequencing and connection.dialect.name == "postgresql":
                connection.execute(_TAKE_LOCK)
            yield Tx(connection, actor, self.clock(), self.rules, self.origin)

    @contextmanager
    def look(self, actor: str = "reader") -> Iterator[Tx]:
        """A read-only snapshot: everything in it is seen as of one moment."""
        with _faults_named(), self._reads.connect() as connection, connection.begin():
            yield Tx(connection, actor, self.clock(), self.rules, self.origin)

    @contextmanager
    def alone(self, work: str) -> Iterator[None]:
        """No other process on this database does `work` at the same time; waits for one that does.

        PostgreSQL: an advisory lock of a session. SQLite: a locked file beside the database.
        """
        if self.engine.dialect.name == "postgresql":
            with _faults_named(), self.engine.connect().execution_options(**_AT_ONCE) as connection:
                named = {"first": _ALONE_LOCKS, "work": work}
                connection.execute(_BE_ALONE, named)
                try:
                    yield
                finally:
                    connection.execute(_NO_LONGER, named)
        else:
            with Path(f"{self.engine.url.database}.{work}.lock").open("ab") as mark:
                fcntl.flock(mark, fcntl.LOCK_EX)
                yield


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """A part of a transaction that can fail alone; its database errors leave as refusals."""
    with _faults_named(), connection.begin_nested():
        yield


def open_database(url: str, *, poolclass: type[Pool] | None = None) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`, with the settings that durability needs.

    SQLite: WAL, `synchronous=FULL` (an acknowledged record survives a power cut), foreign keys, 10 s of
    waiting for another writer. PostgreSQL: psycopg 3, connections checked before use.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        engine = create_engine(
            address, poolclass=poolclass, connect_args={"timeout": WAIT_SECONDS}, hide_parameters=True
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        address.set(drivername="postgresql+psycopg"),
        poolclass=poolclass,
        pool_pre_ping=True,
        hide_parameters=True,  # an error names the statement, never what people wrote
        connect_args={"options": "-c timezone=UTC"},
    )


def _reading(engine: Engine) -> dict[str, Any]:
    if engine.dialect.name == "postgresql":
        return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return {_BEGIN: "BEGIN"}


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin on its own
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {WAIT_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))


@contextmanager
def _faults_named() -> Iterator[None]:
    try:
        yield
    except Refusal:
        raise
    except DATABASE_ERRORS as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error
