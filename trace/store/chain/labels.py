"""Label changes that organisations signed, in order of arrival."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from trace.chain.facts.label import LABEL_CHANGE
from trace.store.chain.statements import STATEMENT, StatementRow
from trace.store.columns import json_value
from trace.store.query import rows_where

_CHANGES: Final = (
    f"SELECT record.sub, record.data, {STATEMENT.columns} FROM record "  # noqa: S608 - columns and a name of ours
    "JOIN statement ON statement.id = (record.id & -256) "
    f"WHERE statement.typ = '{LABEL_CHANGE.typ}' AND record.sub {{among}} "
    "ORDER BY statement.arrival, record.id"
)


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A `label.change` about a pack lot, batch or product: `data` as signed, with field, from, to, reason."""

    subject: str
    data: Mapping[str, Any]
    row: StatementRow


def list_label_changes(connection: Connection, subjects: Iterable[str]) -> list[ChangeRow]:
    """Every change about these subjects, by whomever; each issuer's concern its own packs only."""
    return [
        ChangeRow(row[0], json_value(row[1]), STATEMENT.read(row, 2))
        for row in rows_where(connection, _CHANGES, subjects)
    ]
