"""Queries of traces and pages: lots with their statement, and what hangs on many lots at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.chain.effects import (
    CertificateNoted,
    Interval,
    Mark,
    NewLink,
    OperationNoted,
    PackNoted,
    ReportNoted,
)
from trace.quantities import Quantity
from trace.store.base import from_micros
from trace.store.chain import rows
from trace.store.chain.statements import STATEMENT, StatementRow, statement_of
from trace.store.columns import amount, interval, json_list, json_value
from trace.store.query import rows_where


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot and the statement that made it."""

    id: int
    urn: str
    kind: str
    product: str | None
    product_name: str
    holder: str | None
    place: str | None
    quantity: Quantity
    available: Quantity
    produced: Interval
    batch_no: str
    state: str
    detail: Mapping[str, Any]
    made_by: StatementRow


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """Two statements that contradict each other; open while `outcome` is None."""

    id: int
    lot: int | None
    subject: str
    statements: tuple[str, ...]
    values: tuple[str, ...]
    outcome: str | None


_LOT: Final = (
    "lot.id, lot.urn, lot.kind, lot.product, lot.product_name, lot.holder, lot.place, lot.quantity, "
    "lot.available, lot.unit, lot.produced_from, lot.produced_to, lot.batch_no, lot.state, lot.detail"
)
_LOTS: Final = (
    f"SELECT {_LOT}, {STATEMENT} FROM lot "  # noqa: S608 - columns of ours, here and below
    "JOIN statement ON statement.id = (lot.id & -256) WHERE lot.{by} {{among}} ORDER BY lot.id"
)
_ON_LOTS: Final = (
    "SELECT {columns}, {statement} FROM {table} "
    "JOIN statement ON statement.id = ({table}.id & -256) "
    "WHERE {table}.{by} {{among}}{open} ORDER BY statement.arrival, {table}.id"
)
_MARKS: Final = _ON_LOTS.format(
    statement=STATEMENT, columns=rows.MARK, table="mark", by="lot", open=" AND cleared_by IS NULL"
)
_CERTIFICATES: Final = _ON_LOTS.format(
    statement=STATEMENT,
    columns=rows.CERTIFICATE,
    table="certificate",
    by="lot",
    open=" AND superseded_by IS NULL",
)
_REPORTS: Final = _ON_LOTS.format(
    statement=STATEMENT, columns=rows.REPORT, table="report", by="lot", open=" AND superseded_by IS NULL"
)
_OPERATIONS: Final = _ON_LOTS.format(
    statement=STATEMENT,
    columns=rows.OPERATION,
    table="operation",
    by="plot",
    open=" AND superseded_by IS NULL",
)
_PACKS: Final = _ON_LOTS.format(statement=STATEMENT, columns=rows.PACK, table="pack", by="{by}", open="")
_DISPUTES: Final = (
    "SELECT id, lot, subject, statements, claimed, outcome FROM dispute WHERE lot {among} ORDER BY id"
)
# Through the disputes, which are few; CROSS JOIN, lest SQLite read all that ever left the lot.
_DISPUTED_BELOW: Final = (
    "SELECT DISTINCT link.to_lot FROM dispute CROSS JOIN link WHERE dispute.outcome IS NULL "
    "AND dispute.lot IS NOT NULL AND link.to_lot = dispute.lot AND link.from_lot {among} "
    "AND link.state = 'disputed'"
)
_MENTIONS: Final = (
    f"SELECT lot_statement.lot, lot_statement.role, {STATEMENT} FROM lot_statement "  # noqa: S608
    "JOIN statement ON statement.id = lot_statement.statement WHERE lot_statement.lot {among} "
    "ORDER BY statement.arrival, lot_statement.role"
)
_MASTER: Final = (
    "SELECT {kind}.urn, {kind}.data, {statement} FROM {kind} "
    "JOIN statement ON statement.id = ({kind}.id & -256) WHERE {kind}.{by} {{among}} ORDER BY {kind}.urn"
)
_SHIPPED: Final = (
    f"SELECT {rows.LINK}, {STATEMENT} FROM link JOIN statement ON statement.id = (link.id & -256) "  # noqa: S608
    "WHERE link.from_lot {among} AND link.kind = 'ship' ORDER BY link.id"
)


def lots_named(connection: Connection, urns: Iterable[str]) -> list[LotRow]:
    return [_lot(row) for row in rows_where(connection, _LOTS.format(by="urn"), urns)]


def lots_numbered(connection: Connection, ids: Iterable[int]) -> dict[int, LotRow]:
    return {row[0]: _lot(row) for row in rows_where(connection, _LOTS.format(by="id"), ids)}


def marks_on(connection: Connection, lots: Iterable[int]) -> list[tuple[Mark, StatementRow]]:
    """Open marks in order of arrival, each with the statement that it is about."""
    return [(rows.mark_of(row[:7]), statement_of(row[7:])) for row in rows_where(connection, _MARKS, lots)]


def marks_by_lot(connection: Connection, lots: Iterable[int]) -> dict[int, list[tuple[Mark, StatementRow]]]:
    """Lot id -> its open marks, as `marks_on` gives them; lots without any are absent."""
    found: defaultdict[int, list[tuple[Mark, StatementRow]]] = defaultdict(list)
    for mark, row in marks_on(connection, lots):
        if mark.lot is not None:
            found[mark.lot].append((mark, row))
    return dict(found)


def certificates_on(
    connection: Connection, lots: Iterable[int]
) -> list[tuple[CertificateNoted, StatementRow]]:
    found = rows_where(connection, _CERTIFICATES, lots)
    return [(rows.certificate_of(row[:4]), statement_of(row[4:])) for row in found]


def reports_on(connection: Connection, lots: Iterable[int]) -> list[tuple[ReportNoted, StatementRow]]:
    return [
        (rows.report_of(row[:7]), statement_of(row[7:])) for row in rows_where(connection, _REPORTS, lots)
    ]


def operations_on(connection: Connection, plots: Iterable[str]) -> list[tuple[OperationNoted, StatementRow]]:
    found = rows_where(connection, _OPERATIONS, plots)
    return [(rows.operation_of(row[:8]), statement_of(row[8:])) for row in found]


def packs_by(
    connection: Connection, column: str, values: Iterable[object]
) -> list[tuple[PackNoted, StatementRow]]:
    """Packs by `lot`, `gtin`, `batch_no` or `platform_code`, the earliest to arrive first."""
    found = rows_where(connection, _PACKS.replace("{by}", column), values)
    return [(rows.pack_of(row[:8]), statement_of(row[8:])) for row in found]


def disputes_on(connection: Connection, lots: Iterable[int]) -> list[DisputeRow]:
    return [
        DisputeRow(dispute, lot, subject, json_list(about), json_list(claimed), outcome)
        for dispute, lot, subject, about, claimed, outcome in rows_where(connection, _DISPUTES, lots)
    ]


def disputed_below(connection: Connection, lot: int) -> set[int]:
    """The lots with an open dispute to which a disputed link leads from `lot`."""
    return {below for (below,) in rows_where(connection, _DISPUTED_BELOW, [lot])}


def mentions_of(connection: Connection, lots: Iterable[int]) -> dict[int, list[tuple[str, StatementRow]]]:
    """Lot id -> (role, statement) of what belongs on its time line besides its own making."""
    found: defaultdict[int, list[tuple[str, StatementRow]]] = defaultdict(list)
    for lot, role, *columns in rows_where(connection, _MENTIONS, lots):
        found[lot].append((role, statement_of(columns)))
    return dict(found)


def stated(
    connection: Connection, kind: str, values: Iterable[str], by: str = "urn"
) -> dict[str, tuple[dict[str, Any], StatementRow]]:
    """urn -> (data as last stated, its statement) of parties, places, products or licences."""
    found = rows_where(connection, _MASTER.format(statement=STATEMENT, kind=kind, by=by), values)
    return {urn: (json_value(data), statement_of(columns)) for urn, data, *columns in found}


def shipped_from(connection: Connection, lots: Iterable[int]) -> list[tuple[NewLink, StatementRow]]:
    return [
        (rows.link_of(row[:13]), statement_of(row[13:])) for row in rows_where(connection, _SHIPPED, lots)
    ]


def latest_logged(connection: Connection) -> datetime | None:
    """When the newest statement was taken in: what a trace of now knows."""
    found = connection.exec_driver_sql(
        "SELECT logged_at FROM statement ORDER BY arrival DESC LIMIT 1"
    ).scalar()
    return None if found is None else from_micros(found)


def _lot(row: Sequence[Any]) -> LotRow:
    lot, urn, kind, product, name, holder, place, micro, available, unit, early, late, *rest = row
    batch_no, state, detail, *statement = rest
    return LotRow(
        lot,
        urn,
        kind,
        product,
        name,
        holder,
        place,
        amount(micro, unit),
        amount(available, unit),
        interval(early, late),
        batch_no,
        state,
        json_value(detail),
        statement_of(statement),
    )
