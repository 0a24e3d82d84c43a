"""Statement rows: a statement's log position, and when it says that it happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trace.store.base import from_micros

STATEMENT: Final = (
    "statement.stmt, statement.typ, statement.iss, statement.sub, statement.origin, statement.idx, "
    "statement.occurred_at, statement.logged_at"
)


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement's log position, and when it says that it happened."""

    statement: str
    typ: str
    iss: str
    sub: str
    origin: str
    index: int
    occurred_at: datetime
    logged_at: datetime


def statement_of(columns: Sequence[Any]) -> StatementRow:
    stmt, typ, iss, sub, origin, index, occurred_at, logged_at = columns
    return StatementRow(stmt, typ, iss, sub, origin, index, from_micros(occurred_at), from_micros(logged_at))
