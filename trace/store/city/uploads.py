"""Upload jobs for the city platform: rows of `upload_job` as the values of
`trace.exchange.upload_job`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from trace.exchange.upload_job import ACCEPTED, REJECTED, UploadJob
from trace.store.base import from_micros, to_micros
from trace.store.bulk import run_many, select

_COLUMNS = "id, target, stmt, document, state, created_at, due_at, attempts, receipt, last_error, updated_at"
_STATES = "SELECT state, count(*) FROM upload_job WHERE target = ? GROUP BY state"
_OPEN = "target = ? AND state NOT IN (?, ?)"
_LATE = "SELECT count(*) FROM upload_job WHERE target = ? AND due_at < ? AND state NOT IN (?, ?)"
_PUT = (
    f"INSERT INTO upload_job ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "  # noqa: S608 - own names
    "ON CONFLICT (id) DO UPDATE SET document = excluded.document, state = excluded.state, "
    "attempts = excluded.attempts, receipt = excluded.receipt, last_error = excluded.last_error, "
    "updated_at = excluded.updated_at"
)


def put_jobs(connection: Connection, jobs: Sequence[UploadJob]) -> None:
    """Write jobs as they now stand."""
    run_many(
        connection,
        _PUT,
        [
            (
                job.id,
                job.target,
                job.stmt,
                job.document,
                job.state,
                to_micros(job.created_at),
                to_micros(job.due_at),
                job.attempts,
                job.receipt,
                job.last_error,
                to_micros(job.updated_at),
            )
            for job in jobs
        ],
    )


def list_jobs(connection: Connection, target: str) -> list[UploadJob]:
    """Every job for that platform, oldest first."""
    sql = f"SELECT {_COLUMNS} FROM upload_job WHERE target = ? ORDER BY created_at, id"  # noqa: S608
    return [_job(row) for row in select(connection, sql, (target,))]


def count_states(connection: Connection, target: str, now: datetime) -> tuple[dict[str, int], int]:
    """How many jobs are in each state, and how many open ones are past their deadline."""
    states = select(
        connection, "SELECT state, count(*) FROM upload_job WHERE target = ? GROUP BY state", (target,)
    )
    late = select(connection, _LATE, (target, to_micros(now), ACCEPTED, REJECTED))
    return {state: int(count) for state, count in states}, int(late[0][0])


def list_due_jobs(connection: Connection, target: str, now: datetime) -> list[UploadJob]:
    """The jobs whose next try has come."""
    sql = f"SELECT {_COLUMNS} FROM upload_job WHERE {_OPEN} ORDER BY created_at, id"  # noqa: S608
    found = [_job(row) for row in select(connection, sql, (target, ACCEPTED, REJECTED))]
    return [job for job in found if job.is_due(now)]


def _job(row: Sequence[Any]) -> UploadJob:
    return UploadJob(
        id=row[0],
        target=row[1],
        stmt=row[2],
        document=row[3],
        state=row[4],
        created_at=from_micros(row[5]),
        due_at=from_micros(row[6]),
        attempts=int(row[7]),
        receipt=row[8],
        last_error=row[9],
        updated_at=from_micros(row[10]),
    )
