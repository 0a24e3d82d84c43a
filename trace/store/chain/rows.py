"""Row readers: columns to ask for, and rows back into the values of `trace.chain.effects`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from trace.chain.effects import (
    CertificateNoted,
    LicenceUsed,
    Mark,
    NewLink,
    OperationNoted,
    PackNoted,
    ReportNoted,
)
from trace.quantities import Quantity
from trace.store.columns import interval, json_value, quantity
from trace.store.query import rows_where

Columns = Sequence[Any]

LINK = (
    "link.id, link.from_lot, link.to_lot, link.kind, link.taken, link.taken_unit, link.given, "
    "link.given_unit, link.departure_from, link.departure_to, link.arrival_from, link.arrival_to, link.state"
)
MARK = "mark.id, mark.rule, mark.code, mark.lot, mark.gates, mark.params, mark.declared"
OPERATION = (
    "operation.id, operation.plot, operation.operation, operation.substance, operation.used_on, "
    "operation.stopped_on, operation.phi_days, operation.data"
)
CERTIFICATE = "certificate.id, certificate.lot, certificate.cert_no, certificate.data"
REPORT = (
    "report.id, report.lot, report.report_no, report.purpose, report.conclusion, report.stmt, report.data"
)
PACK = "pack.id, pack.lot, pack.product, pack.gtin, pack.batch_no, pack.code_level, pack.state, pack.data"


def link_of(columns: Columns) -> NewLink:
    link, above, below, kind, taken, taken_unit, given, given_unit, left, gone, came, there, state = columns
    return NewLink(
        link,
        above,
        below,
        kind,
        quantity(taken, taken_unit),
        quantity(given, given_unit),
        interval(left, gone),
        interval(came, there),
        state,
    )


def mark_of(columns: Columns) -> Mark:
    mark, rule, code, lot, gates, params, declared = columns
    return Mark(mark, rule, code, lot, tuple(gates.split()), json_value(params), declared)


def operation_of(columns: Columns) -> OperationNoted:
    operation, plot, kind, substance, used_on, stopped_on, phi_days, data = columns
    return OperationNoted(
        operation,
        plot,
        kind,
        substance,
        date.fromisoformat(used_on),
        None if stopped_on is None else date.fromisoformat(stopped_on),
        phi_days,
        json_value(data),
    )


def certificate_of(columns: Columns) -> CertificateNoted:
    certificate, lot, cert_no, data = columns
    return CertificateNoted(certificate, lot, cert_no, json_value(data))


def report_of(columns: Columns) -> ReportNoted:
    report, lot, report_no, purpose, conclusion, stmt, data = columns
    return ReportNoted(report, lot, report_no, purpose, conclusion, stmt, json_value(data))


def pack_of(columns: Columns) -> PackNoted:
    pack, lot, product, gtin, batch_no, code_level, state, data = columns
    return PackNoted(pack, lot, product, gtin, batch_no, code_level, state, json_value(data))


def use_of(columns: Columns) -> LicenceUsed:
    licence, year_from, micro, unit = columns
    return LicenceUsed(licence, date.fromisoformat(year_from), Quantity.from_micro(micro, unit))


def urns_of(connection: Connection, lots: Iterable[int]) -> dict[int, str]:
    """Lot id -> urn."""
    return {
        row[0]: row[1] for row in rows_where(connection, "SELECT id, urn FROM lot WHERE id {among}", lots)
    }
