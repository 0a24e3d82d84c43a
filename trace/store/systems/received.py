"""Documents that systems of others sent, each under its own number, and whose turn it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import run_many, select

OPEN, ACCEPTED, ANSWERED, KEPT, UNFIT = "open", "accepted", "answered", "kept", "unfit"
_COLUMNS: Final = (
    *("system", "number", "type", "document", "unfit", "department", "area", "state", "received_at"),
    *("due_at", "moved_by", "moved_at"),
)
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM received_document "  # noqa: S608 - columns of ours
_ADD: Final = (
    f"INSERT INTO received_document ({', '.join(_COLUMNS)}) "  # noqa: S608
    f"VALUES ({', '.join('?' for _ in _COLUMNS)}) ON CONFLICT (system, number) DO NOTHING"
)
_MOVE: Final = (
    "UPDATE received_document SET department = ?, state = ?, due_at = ?, moved_by = ?, moved_at = ? "
    "WHERE system = ? AND number = ? AND state = ? AND department = ? RETURNING number"
)


@dataclass(frozen=True, slots=True)
class ReceivedDocument:
    """A document as it came. `unfit`: the members by which it is none of its type."""

    system: str
    number: str
    type: str
    document: Any
    unfit: str
    department: str
    area: str
    state: str
    received_at: datetime
    due_at: datetime | None = None
    moved_by: str = ""
    moved_at: datetime | None = None


def add_received(connection: Connection, rows: Sequence[ReceivedDocument]) -> None:
    """Write what came; what is there already under that number stays as it stands."""
    run_many(connection, _ADD, [_values(one) for one in rows])


def move_received(connection: Connection, row: ReceivedDocument, before: ReceivedDocument) -> bool:
    """Write the step where the matter still stands as `before`; False where somebody was quicker."""
    values = (
        row.department, row.state, _micros(row.due_at), row.moved_by, _micros(row.moved_at),
        row.system, row.number, before.state, before.department,
    )  # fmt: skip
    return bool(select(connection, _MOVE, values))


def find_received(connection: Connection, system: str, number: str) -> ReceivedDocument | None:
    rows = select(connection, f"{_SELECT} WHERE system = ? AND number = ?", (system, number))
    return _read(rows[0]) if rows else None


def list_received(connection: Connection, area: str, most: int) -> list[ReceivedDocument]:
    """The newest of an area, by the digits that its codes begin with, and those of no area."""
    text = f"{_SELECT} WHERE area LIKE ? OR area = '' ORDER BY received_at DESC, number LIMIT ?"
    return [_read(row) for row in select(connection, text, (f"{area}%", most))]


def _values(one: ReceivedDocument) -> tuple[object, ...]:
    return (
        one.system, one.number, one.type, orjson.dumps(one.document).decode(), one.unfit, one.department,
        one.area, one.state, to_micros(one.received_at), _micros(one.due_at), one.moved_by,
        _micros(one.moved_at),
    )  # fmt: skip


def _read(row: Sequence[Any]) -> ReceivedDocument:
    return ReceivedDocument(
        system=row[0], number=row[1], type=row[2], document=orjson.loads(row[3]), unfit=row[4],
        department=row[5], area=row[6], state=row[7], received_at=from_micros(row[8]),
        due_at=_moment(row[9]), moved_by=row[10], moved_at=_moment(row[11]),
    )  # fmt: skip


def _micros(at: datetime | None) -> int | None:
    return None if at is None else to_micros(at)


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(int(micros))
