"""Documents for systems of others as they stand, and when each system was last heard."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.exchange.upload_job import ACCEPTED, REJECTED, UploadJob
from trace.store.base import from_micros, to_micros
from trace.store.bulk import run_many, select
from trace.store.query import rows_where

_COLUMNS: Final = (
    *("id", "system", "type", "source", "party", "document", "state", "made_at", "due_at", "attempts"),
    *("receipt", "last_error", "updated_at"),
)
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM outgoing_document "  # noqa: S608 - columns of ours
_ADD: Final = (
    f"INSERT INTO outgoing_document ({', '.join(_COLUMNS)}) "  # noqa: S608
    f"VALUES ({', '.join('?' for _ in _COLUMNS)}) ON CONFLICT (id) DO NOTHING"
)
# What was accepted or refused by another process meanwhile stands: an older answer never undoes it.
_MOVE: Final = (
    "UPDATE outgoing_document SET state = ?, attempts = ?, receipt = ?, last_error = ?, updated_at = ? "
    "WHERE id = ? AND updated_at = ? AND attempts = ? AND state = ?"
)
_CONTACT: Final = (
    "INSERT INTO system_contact (system, planned, cursor, tried_at, heard_at, error) "
    "VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (system) DO UPDATE SET planned = excluded.planned, cursor = excluded.cursor, "
    "tried_at = excluded.tried_at, heard_at = excluded.heard_at, error = excluded.error"
)


SUPERSEDED: Final = "superseded"
"""Of a document that another took the place of before it was accepted: it goes nowhere."""
_SUPERSEDE: Final = (
    f"UPDATE outgoing_document SET state = '{SUPERSEDED}', updated_at = ? "  # noqa: S608
    "WHERE id = ? AND state NOT IN (?, ?)"
)


@dataclass(frozen=True, slots=True)
class OutgoingDocument:
    """A document and what became of it."""

    job: UploadJob
    type: str
    party: str

    @property
    def system(self) -> str:
        return self.job.target

    @property
    def delivered(self) -> bool:
        """Accepted under a receipt, and nothing less."""
        return self.job.state == ACCEPTED and bool(self.job.receipt)


@dataclass(frozen=True, slots=True)
class Contact:
    """How a system was last reached. `planned`: the arrival up to which its documents were made."""

    system: str
    planned: int = -1
    cursor: str = ""
    tried_at: datetime | None = None
    heard_at: datetime | None = None
    error: str = ""


def add_outgoing(connection: Connection, documents: Sequence[OutgoingDocument]) -> None:
    """Write documents that are not there yet; one that is stays as it stands."""
    run_many(connection, _ADD, [_values(one) for one in documents])


def move_outgoing(connection: Connection, after: UploadJob, before: UploadJob) -> None:
    """Write what became of a document, where it still stands as it was."""
    now = (after.state, after.attempts, after.receipt, after.last_error, to_micros(after.updated_at))
    run_many(
        connection, _MOVE, [(*now, after.id, to_micros(before.updated_at), before.attempts, before.state)]
    )


def supersede(connection: Connection, numbers: Sequence[str], now: datetime) -> None:
    """Have documents never sent that were neither accepted nor refused."""
    run_many(connection, _SUPERSEDE, [(to_micros(now), one, ACCEPTED, REJECTED) for one in numbers])


def list_open(connection: Connection, system: str) -> list[OutgoingDocument]:
    """What has neither been accepted nor refused, the oldest first."""
    text = f"{_SELECT} WHERE system = ? AND state NOT IN (?, ?, ?) ORDER BY made_at, id"
    return [_read(row) for row in select(connection, text, (system, ACCEPTED, REJECTED, SUPERSEDED))]


def find_outgoing(connection: Connection, number: str) -> OutgoingDocument | None:
    rows = select(connection, f"{_SELECT} WHERE id = ?", (number,))
    return _read(rows[0]) if rows else None


def list_outgoing(connection: Connection, states: Collection[str], most: int) -> list[OutgoingDocument]:
    """The newest documents in these states."""
    text = f"{_SELECT} WHERE state {{among}} ORDER BY updated_at DESC, id LIMIT ?"
    return [_read(tuple(row)) for row in rows_where(connection, text, states, most)]


def last_about(connection: Connection, system: str, source: str) -> list[OutgoingDocument]:
    """Every document made of a source for a system, the oldest first."""
    text = f"{_SELECT} WHERE system = ? AND source = ? ORDER BY made_at, id"
    return [_read(row) for row in select(connection, text, (system, source))]


def count_outgoing(connection: Connection) -> dict[str, dict[str, int]]:
    """System -> state -> documents; those that failed at least once and are still open as "failing"."""
    text = (
        "SELECT system, CASE WHEN state IN ('pending', 'late') AND last_error IS NOT NULL THEN 'failing' "
        "ELSE state END AS standing, count(*) FROM outgoing_document GROUP BY 1, 2"
    )
    found: dict[str, dict[str, int]] = {}
    for system, state, count in select(connection, text):
        found.setdefault(system, {})[state] = int(count)
    return found


def count_trouble(connection: Connection, now: datetime) -> tuple[int, int]:
    """How many documents were refused, and how many open ones are past their day."""
    text = (
        "SELECT coalesce(sum(CASE WHEN state = ? THEN 1 ELSE 0 END), 0), "
        "coalesce(sum(CASE WHEN state NOT IN (?, ?, ?) AND due_at < ? THEN 1 ELSE 0 END), 0) "
        "FROM outgoing_document"
    )
    values = (REJECTED, ACCEPTED, REJECTED, SUPERSEDED, to_micros(now))
    refused, overdue = select(connection, text, values)[0]
    return int(refused), int(overdue)


def read_contact(connection: Connection, system: str) -> Contact:
    return read_contacts(connection).get(system, Contact(system))


def read_contacts(connection: Connection) -> dict[str, Contact]:
    text = "SELECT system, planned, cursor, tried_at, heard_at, error FROM system_contact"
    return {
        row[0]: Contact(row[0], int(row[1]), row[2], _moment(row[3]), _moment(row[4]), row[5])
        for row in select(connection, text)
    }


def put_contact(connection: Connection, one: Contact) -> None:
    row = (one.system, one.planned, one.cursor, _micros(one.tried_at), _micros(one.heard_at), one.error)
    run_many(connection, _CONTACT, [row])


def _values(one: OutgoingDocument) -> tuple[object, ...]:
    job = one.job
    return (
        job.id, job.target, one.type, job.stmt, one.party, job.document, job.state, to_micros(job.created_at),
        to_micros(job.due_at), job.attempts, job.receipt, job.last_error, to_micros(job.updated_at),
    )  # fmt: skip


def _read(row: Sequence[Any]) -> OutgoingDocument:
    job = UploadJob(
        id=row[0], target=row[1], stmt=row[3], document=row[5], state=row[6], created_at=from_micros(row[7]),
        due_at=from_micros(row[8]), attempts=int(row[9]), receipt=row[10], last_error=row[11],
        updated_at=from_micros(row[12]),
    )  # fmt: skip
    return OutgoingDocument(job, row[2], row[4])


def _micros(at: datetime | None) -> int | None:
    return None if at is None else to_micros(at)


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(int(micros))
