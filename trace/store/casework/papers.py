"""Papers of cases and of checks online by their digest, and looks of authorities at firms' data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, select
from trace.store.tables.casework import case_paper, look_at_firm

_PAPER: Final = ("number", "digest", "name", "media", "size", "body", "at", "person")
_LOOK: Final = (
    *("at", "person", "authority", "department", "party", "what", "subject", "purpose", "case_number"),
    *("rows", "shown_from"),
)


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper without its bytes."""

    number: str
    digest: str
    name: str
    media: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class LookRow:
    """Somebody of an authority saw data of a firm, and said what for."""

    at: datetime
    person: str
    authority: str
    department: str
    party: str
    what: str
    subject: str
    purpose: str
    case_number: str
    rows: int
    shown_from: datetime


def add_paper(connection: Connection, row: PaperRow, body: bytes, person: str) -> None:
    """Keep a paper; the same bytes a second time change nothing."""
    if find_paper(connection, row.number, row.digest) is None:
        values = (row.number, row.digest, row.name, row.media, row.size, body, to_micros(row.at), person)
        insert_rows(connection, case_paper, _PAPER, [values])


def find_paper(connection: Connection, number: str, digest: str) -> tuple[PaperRow, bytes] | None:
    text = (
        "SELECT number, digest, name, media, size, at, body FROM case_paper WHERE number = ? AND digest = ?"
    )
    rows = select(connection, text, (number, digest))
    if not rows:
        return None
    return _paper(rows[0]), bytes(rows[0][6])


def papers_of(connection: Connection, number: str) -> list[PaperRow]:
    text = "SELECT number, digest, name, media, size, at FROM case_paper WHERE number = ? ORDER BY at, digest"
    return [_paper(row) for row in select(connection, text, (number,))]


def _paper(row: Sequence[Any]) -> PaperRow:
    number, digest, name, media, size, at = row[:6]
    return PaperRow(number, digest, name, media, size, from_micros(int(at)))


def add_looks(connection: Connection, rows: Iterable[LookRow]) -> None:
    insert_rows(connection, look_at_firm, _LOOK, [_values(row) for row in rows])


def _values(row: LookRow) -> tuple[object, ...]:
    told = (row.person, row.authority, row.department, row.party, row.what, row.subject, row.purpose)
    return (to_micros(row.at), *told, row.case_number, row.rows, to_micros(row.shown_from))


def has_looked(connection: Connection, person: str, authority: str, case: str, since: datetime) -> bool:
    """Whether a person's look for that case was noted since then."""
    text = (
        "SELECT 1 FROM look_at_firm WHERE authority = ? AND at >= ? AND person = ? AND case_number = ? "
        "AND what IN ('page', 'file') LIMIT 1"
    )
    return bool(person) and bool(select(connection, text, (authority, to_micros(since), person, case)))


def looks_at(connection: Connection, party: str, now: datetime, most: int) -> list[LookRow]:
    """Who looked at a firm's data, as far as the firm may know by now, the newest first."""
    return _looks(connection, "party = ? AND shown_from <= ?", (party, to_micros(now), most))


def looks_by(connection: Connection, authority: str, most: int) -> list[LookRow]:
    """What an authority's people looked at, for those who supervise them."""
    return _looks(connection, "authority = ?", (authority, most))


def _looks(connection: Connection, where: str, values: tuple[object, ...]) -> list[LookRow]:
    text = (
        f"SELECT {', '.join(_LOOK)} FROM look_at_firm WHERE {where} "  # noqa: S608 - columns of ours
        "ORDER BY at DESC, id DESC LIMIT ?"
    )
    found = []
    for at, *told, shown_from in select(connection, text, values):
        given: list[Any] = [from_micros(int(at)), *told, from_micros(int(shown_from))]
        found.append(LookRow(*given))
    return found
