"""Photographs and papers of visits by the digest of their bytes: when they were taken, and when they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, select
from trace.store.tables.visits import visit_paper

_COLUMNS: Final = (
    *(
        "number",
        "digest",
        "name",
        "media",
        "size",
        "body",
        "item",
        "department",
        "captured_at",
        "at",
        "person",
    ),
)
_TOLD: Final = tuple(name for name in _COLUMNS if name != "body")


@dataclass(frozen=True, slots=True)
class VisitPaper:
    """A file of a visit without its bytes. `captured_at`: as the device stated it; `at`: when it came."""

    number: str
    digest: str
    name: str
    media: str
    size: int
    item: str
    department: str
    captured_at: datetime | None
    at: datetime
    person: str


def add_visit_paper(connection: Connection, row: VisitPaper, body: bytes) -> None:
    """Keep a file; the same bytes a second time change nothing."""
    if find_visit_paper(connection, row.number, row.digest) is None:
        captured = None if row.captured_at is None else to_micros(row.captured_at)
        values = (
            row.number, row.digest, row.name, row.media, row.size, body, row.item, row.department, captured,
            to_micros(row.at), row.person,
        )  # fmt: skip
        insert_rows(connection, visit_paper, _COLUMNS, [values])


def find_visit_paper(connection: Connection, number: str, digest: str) -> tuple[VisitPaper, bytes] | None:
    text = f"SELECT {', '.join(_TOLD)}, body FROM visit_paper WHERE number = ? AND digest = ?"  # noqa: S608
    rows = select(connection, text, (number, digest))
    return (_paper(rows[0]), bytes(rows[0][-1])) if rows else None


def papers_of_visit(connection: Connection, number: str) -> list[VisitPaper]:
    text = f"SELECT {', '.join(_TOLD)} FROM visit_paper WHERE number = ? ORDER BY at, digest"  # noqa: S608
    return [_paper(row) for row in select(connection, text, (number,))]


def _paper(row: Sequence[Any]) -> VisitPaper:
    given: list[Any] = list(row[: len(_TOLD)])
    given[7] = None if row[7] is None else from_micros(int(row[7]))
    given[8] = from_micros(int(row[8]))
    return VisitPaper(*given)
