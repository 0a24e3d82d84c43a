"""Alerts about scans: raised once a code, kind and level, listed, acknowledged, looked into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.messages.outbox import new_id
from trace.store.query import rows_where
from trace.store.tables.scans import scan_alert

CONFIRMED: Final = "confirmed"
HARMLESS: Final = "harmless"
_COLUMNS: Final = ("id", "code", "lot", "holder", "kind", "level", "reasons", "odds", "scans", "raised_at")
_LATER: Final = ("acknowledged_at", "acknowledged_by", "finding", "found_at", "found_by")
_ALERT: Final = ", ".join((*_COLUMNS, *_LATER))
_KNOWN: Final = (
    f"SELECT code, kind, level FROM scan_alert WHERE (finding IS NULL OR finding <> '{HARMLESS}') "  # noqa: S608
    "AND code {among}"
)
_FIND: Final = "UPDATE scan_alert SET finding = ?, found_at = ?, found_by = ? WHERE id = ?"
_HARMLESS: Final = (
    f"UPDATE scan_alert SET finding = '{HARMLESS}', found_at = ?, found_by = ? "  # noqa: S608
    "WHERE code = ? AND finding IS NULL"
)
_LISTED: Final = f"SELECT {_ALERT} FROM scan_alert WHERE id > ?"  # noqa: S608 - own names
_NAMED: Final = f"SELECT {_ALERT} FROM scan_alert WHERE id = ?"  # noqa: S608 - own names
_ACKNOWLEDGE: Final = (
    "UPDATE scan_alert SET acknowledged_at = ?, acknowledged_by = ? WHERE id = ? AND acknowledged_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class ScanAlert:
    """`kind` is copied or diverted; `holder` the party that packed it; `odds` log10 of copied : honest."""

    code: str
    lot: str | None
    holder: str | None
    kind: str
    level: str
    reasons: tuple[str, ...]
    odds: float
    scans: int
    raised_at: datetime
    id: int = 0
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    finding: str | None = None
    found_at: datetime | None = None
    found_by: str | None = None


def put_alerts(connection: Connection, alerts: Sequence[ScanAlert]) -> list[ScanAlert]:
    """Keep those that do not stand already and return them, numbered; the caller holds the turn."""
    known = {tuple(row) for row in rows_where(connection, _KNOWN, {each.code for each in alerts})}
    fresh = [
        replace(each, id=new_id(to_micros(each.raised_at)))
        for each in alerts
        if (each.code, each.kind, each.level) not in known
    ]
    insert_rows(connection, scan_alert, _COLUMNS, [_row(each) for each in fresh])
    return fresh


def list_alerts(
    connection: Connection, after: int, limit: int, *, holder: str | None = None, unread: bool = False
) -> list[ScanAlert]:
    """Alerts with a number above `after`, oldest first; of one holder, and `unread` ones alone, if asked:
    neither acknowledged nor settled by an authority's finding."""
    sql, values = _LISTED, tuple[object, ...]((after,))
    if holder is not None:
        sql, values = sql + " AND holder = ?", (*values, holder)
    if unread:
        sql += " AND acknowledged_at IS NULL AND finding IS NULL"
    return [_alert(row) for row in select(connection, sql + " ORDER BY id LIMIT ?", (*values, limit))]


def read_alert(connection: Connection, number: int) -> ScanAlert | None:
    rows = select(connection, _NAMED, (number,))
    return _alert(rows[0]) if rows else None


def acknowledge(connection: Connection, number: int, by: str, at: datetime) -> None:
    """Note who saw it first; a second acknowledgement changes nothing."""
    run_many(connection, _ACKNOWLEDGE, [(to_micros(at), by, number)])


def note_finding(connection: Connection, number: int, finding: str, by: str, at: datetime) -> None:
    """Note an authority's finding on an alert; the newest one stands."""
    run_many(connection, _FIND, [(finding, to_micros(at), by, number)])


def close_alerts(connection: Connection, code: str, by: str, at: datetime) -> None:
    """The code was found harmless: its other open alerts are, too, and may be raised anew."""
    run_many(connection, _HARMLESS, [(to_micros(at), by, code)])


def _row(alert: ScanAlert) -> tuple[object, ...]:
    return (
        alert.id,
        alert.code,
        alert.lot,
        alert.holder,
        alert.kind,
        alert.level,
        " ".join(alert.reasons),
        round(alert.odds * 1000),
        alert.scans,
        to_micros(alert.raised_at),
    )


def _alert(row: Sequence[Any]) -> ScanAlert:
    number, code, lot, holder, kind, level, reasons, odds, scans, raised_at, *later = row
    seen_at, seen_by, finding, found_at, found_by = later
    return ScanAlert(
        code,
        lot,
        holder,
        kind,
        level,
        tuple(reasons.split()),
        odds / 1000,
        scans,
        from_micros(raised_at),
        number,
        _moment(seen_at),
        seen_by,
        finding,
        _moment(found_at),
        found_by,
    )


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
