"""Lots with a test on record, the newest test first: failing and passing ones are chosen of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from trace.store.base import from_micros
from trace.store.bulk import select

_TESTED: Final = (
    "SELECT lot.id, lot.urn, lot.batch_no, lot.product_name, report.report_no, report.conclusion, "
    "report.purpose, statement.occurred_at FROM report JOIN lot ON lot.id = report.lot "
    "JOIN statement ON statement.id = (report.id & -256) WHERE report.superseded_by IS NULL "
    "AND (lot.product_name LIKE ? OR lot.batch_no = ?) ORDER BY report.id DESC LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Tested:
    """A test of a lot: its report, what it concluded, when."""

    lot: int
    urn: str
    batch_no: str
    product: str
    report: str
    conclusion: str
    purpose: str
    at: datetime


def list_tested(connection: Connection, product: str, most: int) -> list[Tested]:
    """The newest tests of lots whose product name holds that text, or whose batch number it is."""
    plain = product.replace("%", "").replace("_", "")
    rows = select(connection, _TESTED, (f"%{plain}%", product, most))
    return [
        Tested(lot, urn, batch, name, report, conclusion, purpose, from_micros(at))
        for lot, urn, batch, name, report, conclusion, purpose, at in rows
    ]
