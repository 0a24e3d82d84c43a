"""A party's lots that a certificate can be of, and its certificates."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection

from trace.store.bulk import select

_OPEN: Final = (
    "SELECT urn FROM lot WHERE holder = ? AND available > 0 AND state = 'normal' "
    "AND kind IN ('harvest', 'material', 'merged', 'split') ORDER BY id DESC LIMIT ?"
)
_ISSUED: Final = (
    "SELECT s.stmt, certificate.cert_no, lot.urn, s.occurred_at, c.stmt FROM statement AS s "
    "LEFT JOIN statement AS c ON c.id = s.amended_by "
    "JOIN certificate ON certificate.id = s.id JOIN lot ON lot.id = certificate.lot "
    "WHERE s.iss = ? AND s.typ = 'farm.certificate' ORDER BY s.arrival DESC LIMIT ?"
)


def open_produce(connection: Connection, party: str, most: int) -> list[str]:
    """Lots of the party's own with stock left that are no finished goods, the newest first."""
    return [urn for (urn,) in select(connection, _OPEN, (party, most))]


def issued_certificates(connection: Connection, party: str, most: int) -> list[tuple[Any, ...]]:
    """(statement, number, lot, when, last correction) of a party's certificates, the newest first."""
    return list(select(connection, _ISSUED, (party, most)))
