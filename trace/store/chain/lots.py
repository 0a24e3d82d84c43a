"""Lots as admission knows them: state, balance, open marks, reports, certificates and pack of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from trace.chain.chain_state import ChainState
from trace.chain.effects import CertificateNoted, Mark
from trace.chain.report_effects import ReportNoted
from trace.store.chain import rows
from trace.store.mapping import RowMapping
from trace.store.query import rows_where

Found = Sequence[Any]
_ID = rows.KNOWN_LOT.places["id"]
_STATEMENT = rows.KNOWN_LOT.width

_LOT = (
    f"SELECT {rows.KNOWN_LOT.columns}, statement.stmt FROM lot "  # noqa: S608 - columns of ours
    "JOIN statement ON statement.id = (lot.id & -256) WHERE lot.{by} {{among}}"
)
_BY_URN = _LOT.format(by="urn")
_BY_ID = _LOT.format(by="id")
_ON_LOT = (
    "SELECT {columns} FROM {table} JOIN statement ON statement.id = ({table}.id & -256) "
    "WHERE {table}.lot {{among}}{standing} ORDER BY statement.arrival, {table}.id"
)


def _on_lot(mapping: RowMapping[Any], standing: str = "") -> str:
    table = mapping.table.name
    return _ON_LOT.format(columns=mapping.columns, table=table, standing=standing.format(table=table))


_MARKS = _on_lot(rows.MARK, " AND {table}.cleared_by IS NULL")
_REPORTS = _on_lot(rows.REPORT, " AND {table}.superseded_by IS NULL")
_CERTIFICATES = _on_lot(rows.CERTIFICATE, " AND {table}.superseded_by IS NULL")
_PACKS = _on_lot(rows.PACK)


def read_lots_by_urn(connection: Connection, urns: Iterable[str]) -> list[Found]:
    return list(rows_where(connection, _BY_URN, urns))


def read_lots_by_id(connection: Connection, ids: Iterable[int]) -> list[Found]:
    return list(rows_where(connection, _BY_ID, ids))


def add_lots(connection: Connection, known: ChainState, found: Sequence[Found]) -> None:
    """Put lot rows into `known` with what hangs on them; four queries for any number of lots."""
    ids = {row[_ID] for row in found}
    if not ids:
        return
    marks: defaultdict[int | None, list[Mark]] = defaultdict(list)
    reports: defaultdict[int, list[ReportNoted]] = defaultdict(list)
    certificates: defaultdict[int, list[CertificateNoted]] = defaultdict(list)
    for row in rows_where(connection, _MARKS, ids):
        mark = rows.MARK.read(row)
        marks[mark.lot].append(mark)
    for row in rows_where(connection, _REPORTS, ids):
        report = rows.REPORT.read(row)
        reports[report.lot].append(report)
    for row in rows_where(connection, _CERTIFICATES, ids):
        certificate = rows.CERTIFICATE.read(row)
        certificates[certificate.lot].append(certificate)
    packs = {pack.lot: pack for pack in map(rows.PACK.read, rows_where(connection, _PACKS, ids))}
    for row in found:
        lot = row[_ID]
        known.add_lot(
            rows.KNOWN_LOT.read(
                row,
                statement=row[_STATEMENT],
                marks=tuple(marks[lot]),
                reports=tuple(reports[lot]),
                certificates=tuple(certificates[lot]),
                pack=packs.get(lot),
            )
        )
