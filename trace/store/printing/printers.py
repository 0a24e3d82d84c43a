"""Printers of firms, as rows: each with its offset, in tenths of a millimetre."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import Connection

from trace.labels.formats import NO_OFFSET, Pair
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.tables.printing import printer

_COLUMNS: Final = ("firm", "name", "across", "down", "set_by", "set_at")
_LISTED: Final = "SELECT name, across, down, set_by, set_at FROM printer WHERE firm = ? ORDER BY name"
_OFFSET: Final = "SELECT across, down FROM printer WHERE firm = ? AND name = ?"
_FORGET: Final = "DELETE FROM printer WHERE firm = ? AND name = ?"
_TENTHS: Final = 10


@dataclass(frozen=True, slots=True)
class FirmPrinter:
    """A printer by the name that its firm calls it: the offset that puts its labels right, and who set it."""

    name: str
    offset: Pair
    set_by: str
    set_at: datetime


def list_printers(connection: Connection, firm: str) -> list[FirmPrinter]:
    """The printers of a firm by name."""
    rows = select(connection, _LISTED, (firm,))
    return [FirmPrinter(name, _mm(across, down), by, from_micros(at)) for name, across, down, by, at in rows]


def find_offset(connection: Connection, firm: str, name: str) -> Pair:
    """The offset of a firm's printer, none where the name is not known."""
    rows = select(connection, _OFFSET, (firm, name))
    return _mm(*rows[0]) if rows else NO_OFFSET


def put_printer(connection: Connection, firm: str, one: FirmPrinter) -> None:
    """A printer as it is now, in the place of what was set before."""
    forget_printer(connection, firm, one.name)
    across, down = (int(each * _TENTHS) for each in one.offset)
    row = (firm, one.name, across, down, one.set_by, to_micros(one.set_at))
    insert_rows(connection, printer, _COLUMNS, [row])


def forget_printer(connection: Connection, firm: str, name: str) -> None:
    run_many(connection, _FORGET, [(firm, name)])


def _mm(across: int, down: int) -> Pair:
    return Decimal(across).scaleb(-1), Decimal(down).scaleb(-1)
