"""Plans of random draws, kept under their hash from the day on which they were committed to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.store.base import to_micros
from trace.store.bulk import insert_rows, select
from trace.store.query import rows_where
from trace.store.tables.checks import draw_plan

_COLUMNS: Final = ("digest", "title", "document", "authority", "area", "person", "at")


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan of a draw as it was committed to."""

    digest: str
    title: str
    document: Mapping[str, Any]
    authority: str
    area: str
    person: str
    at: datetime


def keep_plan(connection: Connection, row: PlanRow) -> None:
    """Keep a plan; nothing happens where the same one is kept already."""
    if not select(connection, "SELECT digest FROM draw_plan WHERE digest = ?", (row.digest,)):
        document = orjson.dumps(row.document).decode()
        values = (row.digest, row.title, document, row.authority, row.area, row.person, to_micros(row.at))
        insert_rows(connection, draw_plan, _COLUMNS, [values])


def find_plan(connection: Connection, digest: str) -> Mapping[str, Any] | None:
    """The plan of that hash."""
    rows = select(connection, "SELECT document FROM draw_plan WHERE digest = ?", (digest,))
    found: Mapping[str, Any] | None = orjson.loads(rows[0][0]) if rows else None
    return found


def objects_of_plans(connection: Connection, digests: Collection[str]) -> dict[str, frozenset[str]]:
    """Hash of a plan -> whom it draws from, of those that are kept here."""
    text = "SELECT digest, document FROM draw_plan WHERE digest {among}"
    return {
        digest: frozenset(map(str, orjson.loads(document)["objects"]))
        for digest, document in rows_where(connection, text, digests)
    }
