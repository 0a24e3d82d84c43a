"""What cases ask of the log's rows: who signed a record, what was sampled, what of a firm failed before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import orjson
from sqlalchemy import Connection

from trace.calendar.shanghai import day_in_shanghai
from trace.store.base import from_micros
from trace.store.bulk import select
from trace.store.query import rows_where

_ISSUER: Final = "SELECT iss, typ FROM statement WHERE stmt = ?"
_SAMPLED: Final = (
    "SELECT DISTINCT statement.iss FROM lot JOIN lot_statement ON lot_statement.lot = lot.id "
    "JOIN statement ON statement.id = lot_statement.statement "
    "WHERE lot.urn = ? AND lot_statement.role = ?"
)
_SAMPLED_AT: Final = (
    "SELECT max(statement.occurred_at) FROM lot JOIN lot_statement ON lot_statement.lot = lot.id "
    "JOIN statement ON statement.id = lot_statement.statement "
    "WHERE lot.urn = ? AND lot_statement.role = ?"
)
_FAILED: Final = (
    "SELECT lot.urn, tested.occurred_at, tested.iss, report.purpose, report.data "
    "FROM report JOIN lot ON lot.id = report.lot "
    "JOIN statement AS maker ON maker.id = (lot.id & -256) "
    "JOIN statement AS tested ON tested.id = (report.id & -256) "
    "WHERE maker.iss = ? AND report.conclusion = 'fail' AND report.superseded_by IS NULL "
    "AND EXISTS (SELECT 1 FROM mark WHERE mark.lot = lot.id AND mark.code = ? AND mark.cleared_by IS NULL)"
)
_LOTS_BY: Final = (
    "SELECT id, urn FROM lot WHERE batch_no IN (?, ?) AND batch_no <> '' UNION "
    "SELECT lot.id, lot.urn FROM pack JOIN lot ON lot.id = pack.lot WHERE pack.gtin = ? AND pack.gtin <> '' "
    "AND (? = '' OR pack.batch_no = ?) UNION "
    "SELECT lot.id, lot.urn FROM pack JOIN lot ON lot.id = pack.lot "
    "WHERE pack.platform_code = ? AND pack.platform_code <> '' ORDER BY 1 DESC LIMIT ?"
)
_LOTS_NUMBERED: Final = (
    "SELECT lot.id, lot.urn FROM (SELECT DISTINCT holder FROM signing_key) AS firm "
    "JOIN lot ON lot.urn = 'urn:lot:' || substr(firm.holder, 10) || ':' || ? ORDER BY 1 DESC LIMIT ?"
)
_AREAS: Final = "SELECT urn, region FROM organisation WHERE urn {among}"
_NAMED: Final = "SELECT urn, data FROM party WHERE urn {among}"


def signed_as(connection: Connection, statement: str) -> tuple[str, str]:
    """Who signed a statement, and of which kind it is; ("", "") where it is not known here."""
    rows = select(connection, _ISSUER, (statement,))
    return (str(rows[0][0]), str(rows[0][1])) if rows else ("", "")


def samplers_of(connection: Connection, lot: str, role: str) -> list[str]:
    """The authorities whose record of that kind stands on a lot's time line."""
    return [iss for (iss,) in select(connection, _SAMPLED, (lot, role))]


def sampled_at(connection: Connection, lot: str, role: str) -> datetime | None:
    """When a lot was sampled last, by the records of that kind on its time line."""
    at = select(connection, _SAMPLED_AT, (lot, role))[0][0]
    return from_micros(int(at)) if at is not None else None


@dataclass(frozen=True, slots=True)
class FailedLot:
    """A failed test that stands: of which lot, on which day, by whom, what for, and what it was asked by."""

    lot: str
    day: date
    by: str
    purpose: str
    basis: str


def failed_lots_of(connection: Connection, party: str, code: str) -> list[FailedLot]:
    """The failed tests of a maker's lots on which a mark of that code is open: none that was lifted."""
    found = select(connection, _FAILED, (party, code))
    return [
        FailedLot(lot, day_in_shanghai(from_micros(int(at))), by, purpose, _basis_in(data))
        for lot, at, by, purpose, data in found
    ]


def _basis_in(data: str) -> str:
    return str(orjson.loads(data).get("basis") or "")


def stated_regions(connection: Connection, parties: Sequence[str]) -> dict[str, str]:
    """The area of each authority: of its organisation here, else as its master data say."""
    found = dict.fromkeys(parties, "")
    for urn, data in rows_where(connection, _NAMED, parties):
        found[urn] = str(orjson.loads(data).get("region") or "")
    found |= {urn: region for urn, region in rows_where(connection, _AREAS, parties) if region}
    return {urn: region for urn, region in found.items() if region}


def firm_names(connection: Connection, parties: Sequence[str]) -> dict[str, str]:
    """Registered names of parties; none for who has none."""
    found = {}
    for urn, data in rows_where(connection, _NAMED, sorted(set(parties))):
        name = orjson.loads(data).get("name")
        if isinstance(name, str):
            found[urn] = name
    return found


def lots_by(connection: Connection, text: str, code: tuple[str, str, str], most: int) -> list[str]:
    """Lots, the newest first, so many at most: by their batch number, as typed or in capitals, or by the code
    of a pack (GTIN, batch or "", platform code)."""
    gtin, batch, platform = code
    rows = select(connection, _LOTS_BY, (text, text.upper(), gtin, batch, batch, platform, most))
    return [urn for _, urn in rows]


def lots_numbered(connection: Connection, number: str, most: int) -> list[str]:
    """The lots to which some firm gave that number, the newest first, so many at most."""
    return [urn for _, urn in select(connection, _LOTS_NUMBERED, (number, most))]
