"""Rows of complaints and contact data. What has come to its end is never read, and deleted in passing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.tables.consumer import complaint, complaint_contact

_COLUMNS: Final = (
    *("id", "number", "kind", "topic", "text", "code", "lot", "batch_no", "holder", "printed", "state"),
    *("answer", "filed_at", "forwarded_at", "answered_at", "ends_at", "department", "due_at", "moved_by"),
)
_SELECT: Final = (
    f"SELECT {', '.join(f'complaint.{name}' for name in _COLUMNS)}, complaint_contact.contact "  # noqa: S608
    "FROM complaint LEFT JOIN complaint_contact ON complaint_contact.complaint = complaint.id "
    "AND complaint_contact.ends_at > ? WHERE complaint.ends_at > ?"
)
_ABOUT: Final = (
    "SELECT complaint.holder, lot.product_name, complaint.topic FROM complaint "
    "LEFT JOIN lot ON lot.urn = complaint.lot WHERE complaint.filed_at >= ? AND complaint.ends_at > ? "
    "ORDER BY complaint.id"
)
_MOVE: Final = (
    "UPDATE complaint SET state = ?, answer = ?, forwarded_at = ?, answered_at = ?, department = ?, "
    "due_at = ?, moved_by = ? WHERE id = ? AND state = ? AND department = ? RETURNING id"
)


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """One complaint; `contact` only while it is kept."""

    id: int
    number: str
    kind: str
    topic: str
    text: str
    code: str
    lot: str | None
    batch_no: str | None
    holder: str | None
    printed: str | None
    state: str
    answer: str | None
    filed_at: datetime
    forwarded_at: datetime | None
    answered_at: datetime | None
    ends_at: datetime
    department: str
    due_at: datetime | None
    moved_by: str | None
    contact: str | None = None


def add_complaint(connection: Connection, row: ComplaintRow, contact_ends_at: datetime) -> None:
    """Insert a complaint and, where one was given, how to reach who complained."""
    values = tuple(_stored(getattr(row, name)) for name in _COLUMNS)
    insert_rows(connection, complaint, _COLUMNS, [values])
    if row.contact:
        kept = (row.id, row.contact, to_micros(contact_ends_at))
        insert_rows(connection, complaint_contact, ("complaint", "contact", "ends_at"), [kept])


def find_complaint(connection: Connection, number: str, now: datetime) -> ComplaintRow | None:
    at = to_micros(now)
    rows = select(connection, f"{_SELECT} AND complaint.number = ?", (at, at, number))
    return _row(rows[0]) if rows else None


def complained_of(
    connection: Connection, since: datetime, now: datetime
) -> list[tuple[str | None, str | None, str]]:
    """(maker, name of the product, topic) of each complaint since then that is still kept."""
    rows = select(connection, _ABOUT, (to_micros(since), to_micros(now)))
    return [(holder, name, topic) for holder, name, topic in rows]


def list_complaints(
    connection: Connection, now: datetime, *, state: str | None, before: int, limit: int
) -> list[ComplaintRow]:
    """The newest first, in one state or in any; `before` is an id, exclusive."""
    at = to_micros(now)
    sql, values = f"{_SELECT} AND complaint.id < ?", [at, at, before]
    if state is not None:
        sql += " AND complaint.state = ?"
        values.append(state)  # type: ignore[arg-type]
    rows = select(connection, f"{sql} ORDER BY complaint.id DESC LIMIT ?", (*values, limit))
    return [_row(row) for row in rows]


def move_complaint(connection: Connection, row: ComplaintRow, before: ComplaintRow) -> bool:
    """Write the step where the complaint still stands as `before`; False where somebody was faster."""
    moved = (
        row.state,
        row.answer,
        row.forwarded_at,
        row.answered_at,
        row.department,
        row.due_at,
        row.moved_by,
    )
    values = (*map(_stored, moved), row.id, before.state, before.department)
    return bool(select(connection, _MOVE, values))


def forget_contact(connection: Connection, complaint_id: int) -> None:
    run_many(connection, "DELETE FROM complaint_contact WHERE complaint = ?", [(complaint_id,)])


def forget_ended(connection: Connection, now: datetime) -> None:
    """Delete every row of ours whose time is over."""
    at = to_micros(now)
    for table in ("complaint_contact", "complaint", "test_request"):
        run_many(connection, f"DELETE FROM {table} WHERE ends_at <= ?", [(at,)])  # noqa: S608 - our tables


def _stored(value: object) -> object:
    return to_micros(value) if isinstance(value, datetime) else value


def _row(row: Sequence[Any]) -> ComplaintRow:
    times = [None if micros is None else from_micros(int(micros)) for micros in (*row[12:16], row[17])]
    values: list[Any] = [int(row[0]), *row[1:12], *times[:4], row[16], times[4], row[18], row[19]]
    return ComplaintRow(*values)
