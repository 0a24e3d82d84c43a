"""Jobs as rows with a lease: taken by one process at a time, and by another when that one dies.

A job is named by kind and key. What recurs has one row a kind; what is done once keeps its row, so that the
same key asked for again changes nothing. Every time here is the caller's `now`.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import run_many, select

_RECURRING = ""
_PUT = """
INSERT INTO job (kind, key, payload, due_at, every, attempts, open) VALUES (?, ?, ?, ?, ?, 0, 1)
ON CONFLICT (kind, key) DO {what}
"""
# Whoever finds a row locked by another claim passes on to the next one (PostgreSQL; SQLite has one writer).
_DUE = (
    "SELECT 1 FROM job WHERE open = 1 AND due_at <= ? AND (leased_until IS NULL OR leased_until <= ?) "
    "AND kind {kinds} LIMIT 1"
)
_CLAIM = """
UPDATE job SET holder = ?, leased_until = ? WHERE (kind, key) = (
    SELECT kind, key FROM job
    WHERE open = 1 AND due_at <= ? AND (leased_until IS NULL OR leased_until <= ?) AND kind {kinds}
    ORDER BY due_at LIMIT 1 {lock}
) RETURNING kind, key, payload, attempts
"""
_DONE = """
UPDATE job SET holder = NULL, leased_until = NULL, attempts = 0, last_error = NULL, done_at = ?,
    open = CASE WHEN every IS NULL THEN 0 ELSE 1 END, due_at = coalesce(? + every, due_at)
WHERE kind = ? AND key = ? AND holder = ? RETURNING 1
"""
_FAILED = """
UPDATE job SET holder = NULL, leased_until = NULL, attempts = attempts + 1, last_error = ?, due_at = ?
WHERE kind = ? AND key = ? AND holder = ? RETURNING 1
"""
_RECURRING_ROWS = "SELECT kind, done_at, due_at, attempts, last_error FROM job WHERE key = ? ORDER BY kind"
_RENEW = "UPDATE job SET leased_until = ? WHERE kind = ? AND key = ? AND holder = ? RETURNING 1"


class LeaseLost(Exception):
    """Another process has the job by now, because this one's lease ended before it did."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that this process holds; `attempts` failed before this one."""

    kind: str
    key: str
    payload: Mapping[str, Any]
    attempts: int
    holder: str


@dataclass(frozen=True, slots=True)
class JobStanding:
    """How what recurs stands: done last, due next, failed how often since, and why."""

    kind: str
    done_at: datetime | None
    due_at: datetime
    attempts: int
    error: str | None


def list_recurring(connection: Connection) -> list[JobStanding]:
    """Every recurring job, by name."""
    rows = select(connection, _RECURRING_ROWS, (_RECURRING,))
    return [
        JobStanding(kind, None if done is None else from_micros(done), from_micros(due), int(tries), error)
        for kind, done, due, tries, error in rows
    ]


def put_job(
    connection: Connection, kind: str, key: str, payload: Mapping[str, object], due: datetime
) -> None:
    """Have something done once, in the transaction that calls for it; a key that is known is left alone."""
    if key == _RECURRING:
        raise ValueError("what is done once has a key")
    row = (kind, key, orjson.dumps(payload).decode(), to_micros(due), None)
    run_many(connection, _PUT.format(what="NOTHING"), [row])


def put_recurring(connection: Connection, kind: str, every: timedelta, now: datetime) -> None:
    """Have something done again and again, first now; where it is known, only the span is renewed."""
    row = (kind, _RECURRING, "{}", to_micros(now), every // timedelta(microseconds=1))
    run_many(connection, _PUT.format(what="UPDATE SET every = excluded.every, open = 1"), [row])


def is_job_due(connection: Connection, kinds: Collection[str], now: datetime) -> bool:
    """Whether `claim_job` would find one: a look that makes no writer wait."""
    names, micros = sorted(kinds), to_micros(now)
    return bool(select(connection, _DUE.format(kinds=_among(names)), (micros, micros, *names)))


def claim_job(
    connection: Connection, kinds: Collection[str], now: datetime, lease: timedelta
) -> Claim | None:
    """Take the job of these kinds that has been due longest and that nobody holds."""
    names = sorted(kinds)
    text = _CLAIM.format(
        kinds=_among(names),
        lock="FOR UPDATE SKIP LOCKED" if connection.dialect.name == "postgresql" else "",
    )
    holder, micros = secrets.token_hex(16), to_micros(now)
    rows = select(connection, text, (holder, to_micros(now + lease), micros, micros, *names))
    if not rows:
        return None
    kind, key, payload, attempts = rows[0]
    return Claim(kind, key, orjson.loads(payload), int(attempts), holder)


def finish_job(connection: Connection, claim: Claim, now: datetime) -> None:
    """It is done; what recurs is due again after its span. Raises `LeaseLost` where another has it by now.

    In the transaction of the job's own effect it makes that effect happen once and no more.
    """
    micros = to_micros(now)
    _require(claim, select(connection, _DONE, (micros, micros, claim.kind, claim.key, claim.holder)))


def end_job(connection: Connection, kind: str, key: str) -> None:
    """Nobody is to do it any more: who holds it loses it, and commits nothing after this transaction."""
    sql = "UPDATE job SET open = 0, holder = NULL, leased_until = NULL WHERE kind = ? AND key = ?"
    run_many(connection, sql, [(kind, key)])


def fail_job(connection: Connection, claim: Claim, error: str, again: datetime) -> None:
    """It could not be done, and is due `again`; raises `LeaseLost`."""
    values = (error[:500], to_micros(again), claim.kind, claim.key, claim.holder)
    _require(claim, select(connection, _FAILED, values))


def renew_lease(connection: Connection, claim: Claim, until: datetime) -> None:
    """Hold it for longer; raises `LeaseLost`."""
    values = (to_micros(until), claim.kind, claim.key, claim.holder)
    _require(claim, select(connection, _RENEW, values))


def _among(names: Collection[str]) -> str:
    return f"IN ({', '.join('?' for _ in names)})"


def _require(claim: Claim, rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        raise LeaseLost(claim.kind, claim.key)
