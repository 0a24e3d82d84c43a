"""Single labels that were drawn again for codes of earlier print runs, as rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, select
from trace.store.tables.printing import code_reprint

_COLUMNS: Final = (
    "scope", "epoch", "counter", "number", "lot", "form", "copies", "reason", "asked_by", "asked_at",
)  # fmt: skip
_OF_CODE: Final = (
    "SELECT lot, form, copies, reason, asked_by, asked_at FROM code_reprint "
    "WHERE scope = ? AND epoch = ? AND counter = ? ORDER BY number"
)


@dataclass(frozen=True, slots=True)
class CodeReprint:
    """The label of one code drawn again, `copies` of it, by whom and why."""

    lot: str
    form: str
    copies: int
    reason: str
    asked_by: str
    asked_at: datetime


def list_reprints(connection: Connection, scope: str, epoch: str, counter: int) -> list[CodeReprint]:
    """The single reprints of a code, the oldest first."""
    rows = select(connection, _OF_CODE, (scope, epoch, counter))
    return [CodeReprint(lot, form, many, why, by, from_micros(at)) for lot, form, many, why, by, at in rows]


def put_reprint(connection: Connection, code: tuple[str, str, int], one: CodeReprint) -> None:
    """One reprint more of the code (scope, epoch, counter)."""
    number = len(list_reprints(connection, *code))
    row = (*code, number, one.lot, one.form, one.copies, one.reason, one.asked_by, to_micros(one.asked_at))
    insert_rows(connection, code_reprint, _COLUMNS, [row])
