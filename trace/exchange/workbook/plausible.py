"""Days and moments of one row against each other: what cannot have happened in that order is refused.

A day counts whole: goods made on the day on which they are packed are in order, whatever the hour.
"""

from __future__ import annotations

from datetime import date, datetime

from trace.errors.tables import TimesContradict, TooLongAgo
from trace.exchange.tabular.date_formats import SHANGHAI
from trace.exchange.tabular.records import RecordWriter
from trace.exchange.tabular.rows import Row

LONG_AGO_YEARS = 10
"""Whoever means a day that far back gives the reason in the row; mostly a digit of the year is wrong."""


def in_order(writer: RecordWriter, row: Row, earlier: str, later: str) -> bool:
    """Whether `earlier` is not after `later`, where the row has both; a fault at `earlier` otherwise."""
    return after(writer, row, earlier, row, later)


def after(writer: RecordWriter, row: Row, earlier: str, other: Row, later: str) -> bool:
    """As `in_order`, with the later moment in another row of the same record."""
    if earlier not in row.values or later not in other.values:
        return True
    before, behind = row.values[earlier], other.values[later]
    if _comparable(before, behind):
        return True
    header, beside = writer.form.header_of(earlier), writer.form.header_of(later)
    writer.faults.at(
        row, earlier, TimesContradict(name=header, text=_said(before), other=beside, than=_said(behind))
    )
    return False


def not_long_before(writer: RecordWriter, row: Row, earlier: str, later: str) -> None:
    """A fault where `earlier` lies more than ten years before `later` and the row gives no reason."""
    if earlier not in row.values or later not in row.values or "declared_reason" in row.values:
        return
    first, last = _day(row.values[earlier]), _day(row.values[later])
    if last.year - first.year > LONG_AGO_YEARS:
        header, beside = writer.form.header_of(earlier), writer.form.header_of(later)
        writer.faults.at(
            row,
            earlier,
            TooLongAgo(
                name=header, text=first.isoformat(), other=beside, than=last.isoformat(), years=LONG_AGO_YEARS
            ),
        )


def _comparable(before: object, behind: object) -> bool:
    """Two moments by the second, anything else by the day."""
    if isinstance(before, datetime) and isinstance(behind, datetime):
        return before <= behind
    return _day(before) <= _day(behind)


def _day(value: object) -> date:
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).date()
    return date.fromisoformat(str(value)[:10])


def _said(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return str(value)
