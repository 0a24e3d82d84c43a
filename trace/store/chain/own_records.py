"""A party's own statements, the newest first, what amends each, and whether what they are about has left."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from trace.chain.facts.exchange import SENT
from trace.store.base import from_micros, to_micros
from trace.store.bulk import select
from trace.store.query import rows_where

_COLUMNS: Final = "s.stmt, s.typ, s.sub, s.occurred_at, s.logged_at, c.stmt"
_OWN: Final = (
    f"SELECT {_COLUMNS} FROM statement AS s LEFT JOIN statement AS c ON c.id = s.amended_by "  # noqa: S608
    "WHERE s.iss = ? AND s.origin = ? AND s.typ <> 'correction'"
)
_OF_KIND: Final = " AND s.typ = ?"
_PAGE: Final = " ORDER BY s.arrival DESC LIMIT ? OFFSET ?"
_KINDS: Final = "SELECT DISTINCT typ FROM statement WHERE iss = ? AND origin = ? AND typ <> 'correction'"
_ABOUT: Final = (
    f"SELECT {_COLUMNS} FROM statement AS s LEFT JOIN statement AS c ON c.id = s.amended_by "  # noqa: S608
    "WHERE s.iss = ? AND s.origin = ? AND s.sub = ? AND s.typ = ? ORDER BY s.arrival DESC"
)
_REVISIONS: Final = (
    "SELECT later.stmt FROM statement AS first JOIN statement AS later ON later.iss = first.iss "
    "AND later.sub = first.sub AND later.typ = first.typ WHERE first.stmt {among} AND first.typ {among} "
    "AND later.arrival > first.arrival ORDER BY later.arrival"
)
_LATER: Final = (
    "SELECT later.stmt FROM statement AS first JOIN statement AS later ON later.iss = first.iss "
    "AND later.sub = first.sub AND later.typ = 'correction' WHERE first.stmt {among} ORDER BY later.arrival"
)
_LEFT: Final = (
    "SELECT DISTINCT lot.urn FROM handover JOIN lot ON lot.id = handover.from_lot "
    "WHERE handover.from_lot {among} AND handover.state <> 'withdrawn' ORDER BY lot.urn"
)
_RECEIVED: Final = (
    "SELECT DISTINCT lot.urn FROM handover JOIN lot ON lot.id = handover.lot "
    "WHERE handover.lot {among} AND handover.state = 'received' ORDER BY lot.urn"
)
_MADE: Final = "SELECT lot.id FROM lot JOIN statement AS s ON s.id = (lot.id & -256) WHERE s.stmt {among}"


_AFTER: Final = (
    "SELECT id, stmt, typ, sub, occurred_at, logged_at, amended_by FROM statement "
    "WHERE iss = ? AND origin = ? AND arrival <= ? AND (occurred_at, id) > (?, ?) "
    "ORDER BY occurred_at, id LIMIT ?"
)
_EARLIEST: Final = -(2**62)


@dataclass(frozen=True, slots=True)
class OwnStatement:
    """A statement of the party's own, correction or not; `amended` where a later one corrects it."""

    id: int
    stmt: str
    typ: str
    sub: str
    occurred_at: datetime
    logged_at: datetime
    amended: bool


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A statement of the party's own; `amendment` is its last correction, if any."""

    stmt: str
    typ: str
    sub: str
    occurred_at: datetime
    logged_at: datetime
    amendment: str | None


def own_statements(
    connection: Connection, iss: str, origin: str, typ: str, most: int, skip: int
) -> list[OwnRow]:
    """So many statements of a party on a log, of one kind or ("") of all; corrections stand with what they
    correct."""
    asked = (iss, origin, typ) if typ else (iss, origin)
    sql = _OWN + (_OF_KIND if typ else "") + _PAGE
    return [row_of(row) for row in select(connection, sql, (*asked, most, skip))]


def newest_arrival(connection: Connection) -> int:
    """How far the log had come: the arrival of the newest statement, 0 before the first."""
    rows = select(connection, "SELECT max(arrival) FROM statement", ())
    return int(rows[0][0] or 0)


def own_statements_after(
    connection: Connection, iss: str, origin: str, after: OwnStatement | None, newest: int, most: int
) -> list[OwnStatement]:
    """So many of a party's statements behind one (None: from the first), in order of when they happened, of
    those that had arrived by `newest`."""
    begin = (_EARLIEST, 0) if after is None else (to_micros(after.occurred_at), after.id)
    rows = select(connection, _AFTER, (iss, origin, newest, *begin, most))
    return [
        OwnStatement(number, stmt, typ, sub, from_micros(at), from_micros(logged), by is not None)
        for number, stmt, typ, sub, at, logged, by in rows
    ]


def own_kinds(connection: Connection, iss: str, origin: str) -> list[str]:
    """The kinds that a party stated anything of."""
    return sorted(typ for (typ,) in select(connection, _KINDS, (iss, origin)))


def statements_about(connection: Connection, iss: str, origin: str, sub: str, typ: str) -> list[OwnRow]:
    """What a party stated of one thing on a log, the newest first."""
    return [row_of(row) for row in select(connection, _ABOUT, (iss, origin, sub, typ))]


def later_corrections(connection: Connection, stmt: str) -> list[str]:
    """Corrections by the same signer of the same subject; which statement each amends it says itself."""
    return [later for (later,) in rows_where(connection, _LATER, [stmt])]


def later_revisions(connection: Connection, stmt: str) -> list[str]:
    """What the same signer sent later under the subject of a message or a clue."""
    return [later for (later,) in rows_where(connection, _REVISIONS, [stmt], [one.typ for one in SENT])]


def lots_made_by(connection: Connection, stmts: Collection[str]) -> set[int]:
    """The lots that statements made."""
    return {int(lot) for (lot,) in rows_where(connection, _MADE, stmts)}


def shipped_of(connection: Connection, lots: Collection[int]) -> list[str]:
    """Those of these lots of which something was handed over, and not taken back."""
    return [urn for (urn,) in rows_where(connection, _LEFT, lots)]


def received_of(connection: Connection, lots: Collection[int]) -> list[str]:
    """Those of these consignments that their receiver has taken."""
    return [urn for (urn,) in rows_where(connection, _RECEIVED, lots)]


def row_of(row: tuple[str, str, str, int, int, str | None]) -> OwnRow:
    """A row of these columns."""
    stmt, typ, sub, occurred, logged, amendment = row
    return OwnRow(stmt, typ, sub, from_micros(occurred), from_micros(logged), amendment)
