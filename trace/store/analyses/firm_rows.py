"""The rows of one firm that a balance is drawn up from, each table read once, as integers, in one pass.

Rows derive their ids from their statement, so a firm's rows are those within the ids of its statements
(`row_id`). Nothing here is a value with a unit object: a year may have a hundred thousand records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from trace.store.bulk import marked, select
from trace.store.columns import json_value
from trace.store.query import driver_rows, rows_where

_OF_FIRM: Final = (
    "FROM statement CROSS JOIN {table} WHERE statement.iss = ? AND statement.occurred_at < ? "
    "AND {table}.id >= statement.id AND {table}.id < statement.id + 256"
)


def _of_firm(columns: str, table: str, more: str = "") -> str:
    return f"SELECT {columns} {_OF_FIRM.format(table=table)}{more}"


STATEMENTS: Final = "SELECT id, stmt, typ, occurred_at FROM statement WHERE iss = ? AND occurred_at < ?"
LOTS: Final = _of_firm(
    "lot.id, lot.urn, lot.kind, lot.product, lot.product_name, lot.quantity, lot.available, lot.unit, "
    "lot.produced_from, lot.produced_to, lot.state, "
    "CASE WHEN lot.kind IN ('batch', 'harvest', 'pack') THEN lot.detail END",
    "lot",
)
LINKS: Final = _of_firm(
    "link.id, link.from_lot, link.to_lot, link.kind, "
    "link.taken, link.taken_unit, link.given, link.given_unit",
    "link",
    " AND link.state <> 'superseded'",
)
LOSSES: Final = _of_firm("loss.lot, loss.quantity, loss.unit", "loss", " AND loss.superseded_by IS NULL")
CLAIMS: Final = _of_firm("claim.lot, claim.state, claim.lapsed", "claim")
RANGES: Final = _of_firm("code_range.lot, code_range.count", "code_range")
VOIDS: Final = _of_firm(
    "code_interval.lot, code_interval.first, code_interval.count",
    "code_interval",
    " AND code_interval.standing = 'void' AND code_interval.ended_by IS NULL",
)
QUERIES: Final = (STATEMENTS, LOTS, LINKS, LOSSES, CLAIMS, RANGES, VOIDS)
"""What `read_firm` streams: the same rows that a bench streams without it."""
_REPEATED: Final[Mapping[str, tuple[int, ...]]] = {
    STATEMENTS: (2,),
    LOTS: (2, 3, 4, 7, 10, 11),
    LINKS: (3, 5, 7),
    LOSSES: (2,),
    CLAIMS: (1,),
}
"""Columns whose texts a firm repeats: kinds, products, units, states, details. The driver makes each anew."""

_HANDED: Final = (
    "SELECT h.id, h.stmt, h.shipper, h.receiver, h.quantity, h.received, h.unit, h.state, c.claimant, "
    "c.quantity, c.unit, c.state, c.complete, claimed.stmt, goods.product, goods.product_name, "
    "sent.occurred_at, c.id "
    "FROM handover AS h JOIN statement AS sent ON sent.id = (h.id & -256) "
    "JOIN lot AS goods ON goods.id = h.from_lot "
    "LEFT JOIN claim AS c ON c.handover = h.id AND c.state NOT IN ('superseded', 'withdrawn') "
    "LEFT JOIN statement AS claimed ON claimed.id = (c.id & -256) "
    "WHERE {who} AND h.state <> 'withdrawn' AND sent.occurred_at >= ? AND sent.occurred_at < ?"
)
_SOLD: Final = _HANDED.format(who="h.shipper = ?")
_BOUGHT: Final = _HANDED.format(
    who="h.id IN (SELECT id FROM handover WHERE receiver = ? UNION "
    "SELECT handover FROM claim WHERE claimant = ? AND handover IS NOT NULL)"
)
_UNPAIRED: Final = (
    "SELECT c.claimant, c.named_lot, c.quantity, c.unit, c.state, s.stmt, own.product, own.product_name, "
    "s.occurred_at FROM claim AS c JOIN statement AS s ON s.id = (c.id & -256) "
    "JOIN lot AS own ON own.id = c.lot WHERE c.claimant = ? AND c.handover IS NULL "
    "AND c.named_lot IS NOT NULL AND c.state NOT IN ('superseded', 'withdrawn') "
    "AND s.occurred_at >= ? AND s.occurred_at < ?"
)
_MARKED: Final = (
    "SELECT mark.lot, mark.code, mark.params, mark.declared, statement.stmt FROM mark "
    "JOIN statement ON statement.id = (mark.id & -256) "
    "WHERE mark.rule = 'R18' AND mark.cleared_by IS NULL AND mark.lot {among}"
)
_LICENCES: Final = (
    "SELECT licence.urn, licence.data, statement.stmt FROM licence "
    "JOIN statement ON statement.id = (licence.id & -256) WHERE licence.urn {among}"
)
_ISSUERS: Final = "SELECT DISTINCT iss FROM statement WHERE occurred_at >= ? AND occurred_at < ? ORDER BY iss"


_KNOWN: Final = (
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM party WHERE urn = ?) "
    "OR EXISTS (SELECT 1 FROM statement WHERE iss = ?)"
)


class FirmRows(NamedTuple):
    """The firm's rows until a moment; amounts in millionths of the base unit of their unit."""

    statements: Iterable[tuple[int, str, str, int]]
    lots: Iterable[tuple[Any, ...]]
    links: Sequence[tuple[Any, ...]]
    losses: Sequence[tuple[int, int, str]]
    claims: Sequence[tuple[int, str, int]]
    ranges: Sequence[tuple[int, int]]
    voids: Sequence[tuple[int, int, int]]


class Handed(NamedTuple):
    """A hand-over of the firm, as seller or as buyer, and one of the claims on it (None where none is)."""

    id: int
    stmt: str
    shipper: str
    receiver: str | None
    quantity: int
    received: int
    unit: str
    state: str
    claimant: str | None
    claimed: int | None
    claimed_unit: str | None
    claim_state: str | None
    complete: int | None
    claim_stmt: str | None
    product: str | None
    product_name: str
    at: int
    claim: int | None


class Unpaired(NamedTuple):
    """A receipt of the firm that names another's lot and hangs on no hand-over."""

    claimant: str
    named_lot: str
    quantity: int
    unit: str
    state: str
    stmt: str
    product: str | None
    product_name: str
    at: int


def read_firm(connection: Connection, firm: str, until: int) -> FirmRows:
    """All rows of the firm's statements about what happened before `until` (microseconds)."""
    return FirmRows(*(list(_passing(connection, text, (firm, until))) for text in QUERIES))


def stream_firm(connection: Connection, firm: str, until: int) -> FirmRows:
    """As `read_firm`; statements and lots, of which there are most, pass once, in that order, as they are
    read."""
    values = (firm, until)
    statements, lots = (_passing(connection, text, values) for text in (STATEMENTS, LOTS))
    return FirmRows(statements, lots, *(list(_passing(connection, text, values)) for text in QUERIES[2:]))


def _passing(connection: Connection, text: str, values: tuple[object, ...]) -> Iterator[Any]:
    yield from _sharing(_rows(connection, text, values), _REPEATED.get(text, ()))


def read_handed(connection: Connection, firm: str, since: int, until: int) -> list[Handed]:
    """The hand-overs that the firm sent, or that were sent to it, within the period."""
    sold = _all(connection, _SOLD, (firm, since, until))
    bought = _all(connection, _BOUGHT, (firm, firm, since, until))
    return [Handed(*row) for row in dict.fromkeys(map(tuple, [*sold, *bought]))]


def read_unpaired(connection: Connection, firm: str, since: int, until: int) -> list[Unpaired]:
    """What the firm says it got from another who has said nothing of it."""
    return [Unpaired(*row) for row in _all(connection, _UNPAIRED, (firm, since, until))]


def read_balance_marks(connection: Connection, lots: Iterable[int]) -> list[tuple[Any, ...]]:
    """(lot, code, figures as JSON, declared, statement) of the open R18 marks on these lots."""
    return [tuple(row) for row in rows_where(connection, _MARKED, lots)]


def read_licences(
    connection: Connection, licences: Iterable[str]
) -> dict[str, tuple[dict[str, object], str]]:
    """Licence -> what was last stated of it, and by which statement."""
    rows = rows_where(connection, _LICENCES, licences)
    return {urn: (json_value(data), stmt) for urn, data, stmt in rows}


def list_issuers(connection: Connection, since: int, until: int) -> list[str]:
    """Who stated anything of what happened in the period."""
    return [row[0] for row in _all(connection, _ISSUERS, (since, until))]


def is_on_record(connection: Connection, firm: str) -> bool:
    """Whether anything was stated of that party or by it."""
    return bool(select(connection, _KNOWN, (firm, firm)))


def _all(connection: Connection, text: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
    return list(_rows(connection, text, values))


def _rows(connection: Connection, text: str, values: tuple[object, ...]) -> Iterator[tuple[Any, ...]]:
    return driver_rows(connection.exec_driver_sql(marked(text, connection.dialect.name), values))


def _sharing(rows: Iterable[tuple[Any, ...]], repeated: tuple[int, ...]) -> Iterator[tuple[Any, ...]]:
    """The rows with one object for each text in these columns, however often it stands there."""
    if not repeated:
        yield from rows
        return
    known: dict[Any, Any] = {}
    for row in rows:
        cells = list(row)
        for place in repeated:
            cells[place] = known.setdefault(cells[place], cells[place])
        yield tuple(cells)
