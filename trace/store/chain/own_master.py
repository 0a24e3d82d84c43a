"""What a party last stated of each thing of a kind, and the licences that authorities gave it."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection

from trace.store.bulk import select
from trace.store.chain.own_records import OwnRow, row_of
from trace.store.columns import json_value

_MOST: Final = 500
_NEWEST: Final = (
    "SELECT s.stmt, s.typ, s.sub, s.occurred_at, s.logged_at, NULL FROM statement AS s "
    "WHERE s.iss = ? AND s.origin = ? AND s.typ = ? AND NOT EXISTS (SELECT 1 FROM statement AS later "
    "WHERE later.iss = s.iss AND later.sub = s.sub AND later.typ = s.typ AND later.arrival > s.arrival) "
    "ORDER BY s.sub LIMIT ?"
)
_LICENCES: Final = "SELECT urn, data FROM licence WHERE holder = ? ORDER BY urn LIMIT ?"


def newest_stated(connection: Connection, iss: str, origin: str, typ: str) -> list[OwnRow]:
    """The party's newest statement about each thing of that kind, by its name."""
    return [row_of(row) for row in select(connection, _NEWEST, (iss, origin, typ, _MOST))]


def licences_of(connection: Connection, holder: str) -> list[tuple[str, Any]]:
    """(urn, data) of the licences of a party."""
    return [(urn, json_value(data)) for urn, data in select(connection, _LICENCES, (holder, _MOST))]
