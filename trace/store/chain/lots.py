"""Lots as admission knows them: state, balance, open marks, reports, certificates and pack of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from trace.chain.chain_state import ChainState, KnownLot
from trace.chain.effects import CertificateNoted, Mark, ReportNoted
from trace.store.chain import rows
from trace.store.columns import amount, interval, json_value
from trace.store.query import rows_where

Found = Sequence[Any]

_LOT = (
    "SELECT lot.id, lot.urn, lot.kind, lot.product, lot.product_name, lot.holder, lot.place, lot.quantity, "
    "lot.available, lot.unit, lot.produced_from, lot.produced_to, lot.batch_no, lot.state, lot.detail, "
    "statement.stmt FROM lot JOIN statement ON statement.id = (lot.id & -256) WHERE lot.{by} {{among}}"
)
_BY_URN = _LOT.format(by="urn")
_BY_ID = _LOT.format(by="id")
_ON_LOT = (
    "SELECT {columns} FROM {table} JOIN statement ON statement.id = ({table}.id & -256) "
    "WHERE {table}.lot {{among}}{open} ORDER BY statement.arrival, {table}.id"
)
_MARKS = _ON_LOT.format(columns=rows.MARK, table="mark", open=" AND mark.cleared_by IS NULL")
_REPORTS = _ON_LOT.format(columns=rows.REPORT, table="report", open=" AND report.superseded_by IS NULL")
_CERTIFICATES = _ON_LOT.format(
    columns=rows.CERTIFICATE, table="certificate", open=" AND certificate.superseded_by IS NULL"
)
_PACKS = _ON_LOT.format(columns=rows.PACK, table="pack", open="")


def lots_by_urn(connection: Connection, urns: Iterable[str]) -> list[Found]:
    return list(rows_where(connection, _BY_URN, urns))


def lots_by_id(connection: Connection, ids: Iterable[int]) -> list[Found]:
    return list(rows_where(connection, _BY_ID, ids))


def add_lots(connection: Connection, known: ChainState, found: Sequence[Found]) -> None:
    """Put lot rows into `known` with what hangs on them; four queries for any number of lots."""
    ids = {row[0] for row in found}
    if not ids:
        return
    marks: defaultdict[int, list[Mark]] = defaultdict(list)
    reports: defaultdict[int, list[ReportNoted]] = defaultdict(list)
    certificates: defaultdict[int, list[CertificateNoted]] = defaultdict(list)
    for columns in rows_where(connection, _MARKS, ids):
        marks[columns.lot].append(rows.mark_of(columns))
    for columns in rows_where(connection, _REPORTS, ids):
        reports[columns.lot].append(rows.report_of(columns))
    for columns in rows_where(connection, _CERTIFICATES, ids):
        certificates[columns.lot].append(rows.certificate_of(columns))
    packs = {columns.lot: rows.pack_of(columns) for columns in rows_where(connection, _PACKS, ids)}
    for row in found:
        lot, urn, kind, product, name, holder, place, micro, available, unit, early, late, *rest = row
        batch_no, state, detail, stmt = rest
        known.add_lot(
            KnownLot(
                id=lot,
                urn=urn,
                kind=kind,
                product=product,
                product_name=name,
                holder=holder,
                place=place,
                quantity=amount(micro, unit),
                available=amount(available, unit),
                produced=interval(early, late),
                batch_no=batch_no,
                statement=stmt,
                detail=json_value(detail),
                state=state,
                marks=tuple(marks[lot]),
                reports=tuple(reports[lot]),
                certificates=tuple(certificates[lot]),
                pack=packs.get(lot),
            )
        )
