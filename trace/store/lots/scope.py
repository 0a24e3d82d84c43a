"""What a wide trace shows of its lots: narrow rows, asked for a part of the lots at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.quantities import Quantity
from trace.store.base import from_micros
from trace.store.columns import amount, json_value
from trace.store.query import rows_where, streamed_among

_MADE_BY: Final = "JOIN statement ON statement.id = (lot.id & -256) WHERE lot.id {among}"
_KINDS: Final = "SELECT id, kind FROM lot WHERE id {among}"
_LINES: Final = (
    "SELECT id, urn, holder, place, quantity, unit FROM lot WHERE id {listed} ORDER BY urn {plainly}"
)
_CONSIGNMENTS: Final = (
    "SELECT lot.id, lot.urn, lot.holder, lot.quantity, lot.unit, statement.stmt, statement.occurred_at "  # noqa: S608
    f"FROM lot {_MADE_BY} AND lot.kind = 'consignment' ORDER BY lot.id"
)
_PARTIES: Final = f"SELECT DISTINCT lot.holder, statement.iss FROM lot {_MADE_BY}"  # noqa: S608
_OWNED: Final = f"SELECT lot.id, lot.holder, statement.iss FROM lot {_MADE_BY}"  # noqa: S608
_STATEMENTS: Final = "SELECT stmt FROM statement WHERE id {among}"
_MASTER: Final = {
    kind: f"SELECT urn, data FROM {kind} WHERE urn {{among}}"  # noqa: S608 - tables of ours
    for kind in ("party", "place")
}


@dataclass(frozen=True, slots=True)
class LotLine:
    """A lot as a row of a report."""

    urn: str
    holder: str | None
    place: str | None
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Consignment:
    """A lot that was shipped, and the statement that says so."""

    lot: int
    urn: str
    holder: str | None
    quantity: Quantity
    statement: str
    shipped_at: datetime


def kinds_of(connection: Connection, lots: Iterable[int]) -> dict[int, str]:
    """Lot id -> kind."""
    return {row[0]: row[1] for row in rows_where(connection, _KINDS, lots)}


def lines_by_urn(connection: Connection, lots: Collection[int]) -> Iterator[tuple[int, LotLine]]:
    """Lot ids and their rows of a report in the order of the urns, streamed."""
    for lot, urn, holder, place, micro, unit in streamed_among(connection, _LINES, lots):
        yield lot, LotLine(urn, holder, place, amount(micro, unit))


def consignments_among(connection: Connection, lots: Iterable[int]) -> list[Consignment]:
    """Those of the lots that are consignments, by lot id."""
    return [
        Consignment(lot, urn, holder, amount(micro, unit), stmt, from_micros(shipped))
        for lot, urn, holder, micro, unit, stmt, shipped in rows_where(connection, _CONSIGNMENTS, lots)
    ]


def parties_of(connection: Connection, lots: Iterable[int]) -> set[str]:
    """Everybody who holds or made one of the lots."""
    return {party for row in rows_where(connection, _PARTIES, lots) for party in row if party}


def owned_among(connection: Connection, lots: Iterable[int], party: str) -> set[int]:
    """Those of the lots that the party made or holds."""
    return {lot for lot, holder, iss in rows_where(connection, _OWNED, lots) if party in (holder, iss)}


def statements_of(connection: Connection, rows: Collection[int]) -> list[str]:
    """The ids of the statements with these row ids."""
    return [row[0] for row in rows_where(connection, _STATEMENTS, rows)]


def master_data(connection: Connection, kind: str, urns: Iterable[str]) -> dict[str, dict[str, Any]]:
    """urn -> data as last stated of parties or places."""
    return {urn: json_value(data) for urn, data in rows_where(connection, _MASTER[kind], urns)}
