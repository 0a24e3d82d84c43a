"""Statement rows: a statement's log position, and when it says that it happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trace.store.mapping import RowMapping
from trace.store.tables import food


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


STATEMENT: Final = RowMapping(food.statement, StatementRow, named={"statement": "stmt", "index": "idx"})
