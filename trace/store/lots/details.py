"""Queries of traces and pages: lots with their statement, and what hangs on many lots at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.chain.effects import (
    CertificateNoted,
    DisposalNoted,
    Mark,
    NewLink,
    OperationNoted,
    PackNoted,
    StatedLot,
)
from trace.chain.report_effects import ReportNoted
from trace.quantities import Quantity
from trace.store.base import from_micros
from trace.store.chain import rows
from trace.store.chain.statements import STATEMENT, StatementRow
from trace.store.columns import json_value
from trace.store.mapping import RowMapping, Value
from trace.store.query import rows_where
from trace.store.tables import food


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRow(StatedLot):
    """A lot as it stands, and the statement that made it."""

    id: int
    available: Quantity
    state: str
    detail: Mapping[str, Any]  # read by the names of its members
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


_LOT: Final = RowMapping(food.lot, LotRow)
_DISPUTE: Final = RowMapping(food.dispute, DisputeRow, named={"values": "claimed"})
_BY: Final = STATEMENT.columns
_LOTS: Final = (
    f"SELECT {_LOT.columns}, {_BY} FROM lot "  # noqa: S608 - columns of ours, here and below
    "JOIN statement ON statement.id = (lot.id & -256) WHERE lot.{by} {{among}} ORDER BY lot.id"
)
_ON_LOTS: Final = (
    "SELECT {columns}, {statement} FROM {table} "
    "JOIN statement ON statement.id = ({table}.id & -256) "
    "WHERE {table}.{by} {{among}}{open} ORDER BY statement.arrival, {table}.id"
)
_MARKS: Final = _ON_LOTS.format(
    statement=_BY, columns=rows.MARK.columns, table="mark", by="lot", open=" AND cleared_by IS NULL"
)
_CERTIFICATES: Final = _ON_LOTS.format(
    statement=_BY,
    columns=rows.CERTIFICATE.columns,
    table="certificate",
    by="lot",
    open=" AND superseded_by IS NULL",
)
_NUMBERED: Final = (
    "SELECT lot.urn, report.report_no, report.stmt FROM report JOIN lot ON lot.id = report.lot "
    "WHERE report.superseded_by IS NULL AND report.report_no {among}"
)
_NUMBERS: Final = (
    "SELECT lot.urn, report.report_no, report.stmt FROM report JOIN lot ON lot.id = report.lot "
    "WHERE report.superseded_by IS NULL AND lot.urn {among}"
)
_REPORTS: Final = _ON_LOTS.format(
    statement=_BY, columns=rows.REPORT.columns, table="report", by="lot", open=" AND superseded_by IS NULL"
)
_DISPOSALS: Final = _ON_LOTS.format(
    statement=_BY,
    columns=rows.DISPOSAL.columns,
    table="disposal",
    by="lot",
    open=" AND superseded_by IS NULL",
)
_WITNESSED: Final = (
    "SELECT disposal.id, statement.stmt FROM disposal "
    "JOIN statement ON statement.id = disposal.witnessed_by WHERE disposal.id {among}"
)
_OPERATIONS: Final = _ON_LOTS.format(
    statement=_BY,
    columns=rows.OPERATION.columns,
    table="operation",
    by="plot",
    open=" AND superseded_by IS NULL",
)
_HARVESTS: Final = "SELECT plot, lot, first_day FROM plot_harvest WHERE plot {among} ORDER BY plot, lot"
_PACKS: Final = _ON_LOTS.format(statement=_BY, columns=rows.PACK.columns, table="pack", by="{by}", open="")
_PACKS_OF_BATCH: Final = _PACKS.replace("{by} {among}", "gtin {among} AND pack.batch_no {among}")
_DISPUTES: Final = f"SELECT {_DISPUTE.columns} FROM dispute WHERE dispute.lot {{among}} ORDER BY dispute.id"  # noqa: S608
# Through the disputes, which are few; CROSS JOIN, lest SQLite read all that ever left the lot.
_DISPUTED_BELOW: Final = (
    "SELECT DISTINCT link.to_lot FROM dispute CROSS JOIN link WHERE dispute.outcome IS NULL "
    "AND dispute.lot IS NOT NULL AND link.to_lot = dispute.lot AND link.from_lot {among} "
    "AND link.state = 'disputed'"
)
_GOODS_BELOW: Final = (
    "SELECT DISTINCT link.to_lot FROM link JOIN lot ON lot.id = link.to_lot "
    "WHERE link.from_lot {among} AND link.state <> 'superseded' AND lot.kind {among}"
)
_MENTIONS: Final = (
    f"SELECT lot_statement.lot, lot_statement.role, {_BY} FROM lot_statement "  # noqa: S608
    "JOIN statement ON statement.id = lot_statement.statement WHERE lot_statement.lot {among} "
    "ORDER BY statement.arrival, lot_statement.role"
)
_KEPT: Final = (
    "SELECT statement.stmt, record.data FROM record JOIN statement ON statement.id = (record.id & -256) "
    "WHERE statement.stmt {among}"
)
_MASTER: Final = (
    "SELECT {kind}.urn, {kind}.data, {statement} FROM {kind} "
    "JOIN statement ON statement.id = ({kind}.id & -256) WHERE {kind}.{by} {{among}} ORDER BY {kind}.urn"
)
# `replace`: both databases know it, and a driver takes no % for a mark of its own.
_SHIPPED_AT: Final = (
    "SELECT statement.stmt, lot.detail FROM link JOIN lot ON lot.id = link.to_lot "
    "JOIN statement ON statement.id = (link.id & -256) WHERE link.from_lot {among} AND link.kind = 'ship' "
    "AND replace(lot.detail, '\"temperature\"', '') <> lot.detail"
)
_SHIPPED: Final = (
    f"SELECT {rows.LINK.columns}, {_BY} FROM link JOIN statement ON statement.id = (link.id & -256) "  # noqa: S608
    "WHERE link.from_lot {among} AND link.kind = 'ship' ORDER BY link.id"
)


def read_lots(connection: Connection, urns: Iterable[str]) -> list[LotRow]:
    return [_lot(row) for row in rows_where(connection, _LOTS.format(by="urn"), urns)]


def read_lots_by_id(connection: Connection, ids: Iterable[int]) -> dict[int, LotRow]:
    found = map(_lot, rows_where(connection, _LOTS.format(by="id"), ids))
    return {lot.id: lot for lot in found}


def read_goods_below(connection: Connection, lots: Iterable[int], kinds: Iterable[str]) -> set[int]:
    """The lots of these kinds to which a link leads from any of `lots`."""
    return {lot for (lot,) in rows_where(connection, _GOODS_BELOW, lots, kinds)}


def read_marks_on(connection: Connection, lots: Iterable[int]) -> list[tuple[Mark, StatementRow]]:
    """Open marks in order of arrival, each with the statement that it is about."""
    return _stated(rows.MARK, rows_where(connection, _MARKS, lots))


def read_marks_by_lot(
    connection: Connection, lots: Iterable[int]
) -> dict[int, list[tuple[Mark, StatementRow]]]:
    """Lot id -> its open marks, as `read_marks_on` gives them; lots without any are absent."""
    found: defaultdict[int, list[tuple[Mark, StatementRow]]] = defaultdict(list)
    for mark, row in read_marks_on(connection, lots):
        if mark.lot is not None:
            found[mark.lot].append((mark, row))
    return dict(found)


def read_certificates(
    connection: Connection, lots: Iterable[int]
) -> list[tuple[CertificateNoted, StatementRow]]:
    return _stated(rows.CERTIFICATE, rows_where(connection, _CERTIFICATES, lots))


def read_reports(
    connection: Connection, lots: Iterable[int], *, unasked: bool = False
) -> list[tuple[ReportNoted, StatementRow]]:
    """Reports that speak for the goods; `unasked` also those of which only their holder is told."""
    found = _stated(rows.REPORT, rows_where(connection, _REPORTS, lots))
    return [(report, row) for report, row in found if report.asked or unasked]


def reports_numbered(connection: Connection, numbers: Iterable[str]) -> list[tuple[str, str, str]]:
    """(urn of the lot, number, statement id) of reports under these numbers, whoever issued them."""
    rows = rows_where(connection, _NUMBERED, numbers)
    return [(urn, number, stmt) for urn, number, stmt in rows]


def report_numbers(connection: Connection, urns: Iterable[str]) -> list[tuple[str, str, str]]:
    """(urn of the lot, number, statement id) of the reports on these lots, whoever issued them."""
    return [(urn, number, stmt) for urn, number, stmt in rows_where(connection, _NUMBERS, urns)]


def read_disposals(connection: Connection, lots: Iterable[int]) -> list[tuple[DisposalNoted, StatementRow]]:
    return _stated(rows.DISPOSAL, rows_where(connection, _DISPOSALS, lots))


def read_witnesses(connection: Connection, disposals: Iterable[int]) -> dict[int, str]:
    """Disposal -> the statement of the bureau that saw it."""
    return dict(map(tuple, rows_where(connection, _WITNESSED, disposals)))


def read_operations(
    connection: Connection, plots: Iterable[str]
) -> list[tuple[OperationNoted, StatementRow]]:
    return _stated(rows.OPERATION, rows_where(connection, _OPERATIONS, plots))


def read_harvests_of(connection: Connection, plots: Iterable[str]) -> list[tuple[str, int, date]]:
    """(plot, harvest lot, its first day) of these plots."""
    found = rows_where(connection, _HARVESTS, plots)
    return [(plot, lot, date.fromisoformat(first)) for plot, lot, first in found]


def read_packs(
    connection: Connection, column: str, values: Iterable[object]
) -> list[tuple[PackNoted, StatementRow]]:
    """Packs by `lot`, `gtin`, `batch_no` or `platform_code`, the earliest to arrive first."""
    return _stated(rows.PACK, rows_where(connection, _PACKS.replace("{by}", column), values))


def read_packs_of_batch(
    connection: Connection, gtins: Iterable[str], batch_no: str
) -> list[tuple[PackNoted, StatementRow]]:
    """Packs under a GTIN, however it is written, and a batch number, the earliest to arrive first."""
    return _stated(rows.PACK, rows_where(connection, _PACKS_OF_BATCH, gtins, [batch_no]))


def read_disputes(connection: Connection, lots: Iterable[int]) -> list[DisputeRow]:
    return [_DISPUTE.read(row) for row in rows_where(connection, _DISPUTES, lots)]


def disputed_below(connection: Connection, lot: int) -> set[int]:
    """The lots with an open dispute to which a disputed link leads from `lot`."""
    return {below for (below,) in rows_where(connection, _DISPUTED_BELOW, [lot])}


def read_mentions(connection: Connection, lots: Iterable[int]) -> dict[int, list[tuple[str, StatementRow]]]:
    """Lot id -> (role, statement) of what belongs on its time line besides its own making."""
    found: defaultdict[int, list[tuple[str, StatementRow]]] = defaultdict(list)
    for row in rows_where(connection, _MENTIONS, lots):
        found[row[0]].append((row[1], STATEMENT.read(row, 2)))
    return dict(found)


def read_kept(connection: Connection, statements: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """Statement -> what it states, of kinds without rows of their own."""
    return {stmt: json_value(data) for stmt, data in rows_where(connection, _KEPT, statements)}


def read_stated(
    connection: Connection, kind: str, values: Iterable[str], by: str = "urn"
) -> dict[str, tuple[dict[str, Any], StatementRow]]:
    """urn -> (data as last stated, its statement) of parties, places, products or licences."""
    found = rows_where(connection, _MASTER.format(statement=_BY, kind=kind, by=by), values)
    return {row[0]: (json_value(row[1]), STATEMENT.read(row, 2)) for row in found}


def read_shipments(connection: Connection, lots: Iterable[int]) -> list[tuple[NewLink, StatementRow]]:
    return _stated(rows.LINK, rows_where(connection, _SHIPPED, lots))


def read_shipped_temperatures(connection: Connection, lots: Iterable[int]) -> dict[str, Mapping[str, str]]:
    """Statement that sent goods of these lots off -> the temperature that it states, of those that do."""
    found = rows_where(connection, _SHIPPED_AT, lots)
    told: list[tuple[str, Any]] = [(stmt, json_value(detail).get("temperature")) for stmt, detail in found]
    return {stmt: stated for stmt, stated in told if stated}


def find_latest_logged(connection: Connection) -> datetime | None:
    """When the newest statement was taken in: what a trace of now knows."""
    found = connection.exec_driver_sql(
        "SELECT logged_at FROM statement ORDER BY arrival DESC LIMIT 1"
    ).scalar()
    return None if found is None else from_micros(found)


def _stated(mapping: RowMapping[Value], found: Iterable[Sequence[Any]]) -> list[tuple[Value, StatementRow]]:
    """The values of rows, each with the statement whose columns follow."""
    return [(mapping.read(row), STATEMENT.read(row, mapping.width)) for row in found]


def _lot(row: Sequence[Any]) -> LotRow:
    return _LOT.read(row, made_by=STATEMENT.read(row, _LOT.width))


def has_packs(connection: Connection) -> bool:
    """Whether any pack was ever recorded."""
    return bool(connection.exec_driver_sql("SELECT EXISTS (SELECT 1 FROM pack)").scalar_one())
