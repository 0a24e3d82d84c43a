"""Counted scans in the database: details within retention, tallies a code, baselines a batch.

A flush holds `take_turn`, so that two processes never count the same code at once: SQLite has one writer
anyway, PostgreSQL takes an advisory lock of the scans' own that record ingest never waits for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, text

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many
from trace.store.query import rows_where
from trace.store.tables.scans import scan

MOST_KEPT: Final = 400
"""Details kept of one code; more of them tell nothing new, and a flood must not fill the disk."""

_TURN: Final = text(f"SELECT pg_advisory_xact_lock({0x74_7363_616E})")  # "tscan"
_TALLY: Final = (
    "code, lot, scans, devices, occasions, cities, first_at, first_region, last_at, suspicion, reasons, odds"
)
_READ_TALLIES: Final = f"SELECT {_TALLY} FROM scan_tally WHERE code {{among}}"  # noqa: S608 - own names
_PUT_TALLY: Final = (
    f"INSERT INTO scan_tally ({_TALLY}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "  # noqa: S608 - own names
    "ON CONFLICT (code) DO UPDATE SET lot = excluded.lot, scans = excluded.scans, "
    "devices = excluded.devices, occasions = excluded.occasions, cities = excluded.cities, "
    "last_at = excluded.last_at, suspicion = excluded.suspicion, reasons = excluded.reasons, "
    "odds = excluded.odds"
)
_READ_SCANS: Final = "SELECT code, at, region, device FROM scan WHERE code {among} ORDER BY code, at, device"
_READ_BASELINES: Final = "SELECT lot, what, value, codes FROM scan_baseline WHERE lot {among}"
_MOVE_BASELINE: Final = (
    "INSERT INTO scan_baseline (lot, what, value, codes) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (lot, what, value) DO UPDATE SET codes = scan_baseline.codes + excluded.codes"
)
_CLEAR_SCANS: Final = "DELETE FROM scan WHERE code = ?"
_CLEAR_TALLY: Final = "UPDATE scan_tally SET suspicion = 'none', reasons = '', odds = 0 WHERE code = ?"
_FORGET: Final = text("DELETE FROM scan WHERE at < :before")

Histogram = dict[int, int]
"""Value -> codes that have it."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The tally of a code, which stays; `odds` are log10 of copied : honest, kept in thousandths."""

    code: str
    lot: str | None
    scans: int
    devices: int
    occasions: int
    cities: int
    first_at: datetime
    first_region: str | None
    last_at: datetime
    suspicion: str
    reasons: tuple[str, ...]
    odds: float


@dataclass(frozen=True, slots=True)
class KeptScan:
    """One counted scan as it is kept: a city, and a device that this code alone knows by that name."""

    code: str
    at: datetime
    region: str | None
    device: str


def take_turn(connection: Connection) -> None:
    """Until the transaction ends, nobody else counts."""
    if connection.dialect.name == "postgresql":
        connection.execute(_TURN)


def read_tallies(connection: Connection, codes: Collection[str]) -> dict[str, Tally]:
    """Code -> its tally; codes never counted are absent."""
    return {row[0]: _tally(row) for row in rows_where(connection, _READ_TALLIES, codes)}


def put_tallies(connection: Connection, tallies: Sequence[Tally]) -> None:
    """Write tallies as they now stand; the first scan of a code stays what it was."""
    run_many(connection, _PUT_TALLY, [_tally_row(each) for each in tallies])


def read_scans(connection: Connection, codes: Collection[str]) -> dict[str, list[KeptScan]]:
    """Code -> its kept scans in order of time."""
    found: dict[str, list[KeptScan]] = {}
    for code, at, region, device in rows_where(connection, _READ_SCANS, codes):
        found.setdefault(code, []).append(KeptScan(code, from_micros(at), region, device))
    return found


def put_scans(connection: Connection, scans: Sequence[KeptScan]) -> None:
    """Keep scans that nobody kept before; a device has at most one of a code at one time."""
    rows = [(each.code, to_micros(each.at), each.region, each.device) for each in scans]
    insert_rows(connection, scan, ("code", "at", "region", "device"), rows)


def read_baselines(connection: Connection, lots: Collection[str]) -> dict[str, dict[str, Histogram]]:
    """Lot -> what -> histogram, of lots that have scans."""
    found: dict[str, dict[str, Histogram]] = {}
    for lot, what, value, codes in rows_where(connection, _READ_BASELINES, lots):
        if codes > 0:
            found.setdefault(lot, {}).setdefault(what, {})[value] = codes
    return found


def move_baselines(connection: Connection, moves: Sequence[tuple[str, str, int, int]]) -> None:
    """Add (lot, what, value, codes) to the histograms; negative codes leave a value."""
    run_many(connection, _MOVE_BASELINE, moves)


def forget_scans(connection: Connection, before: datetime) -> int:
    """Delete the details older than that; returns how many there were. Tallies stay."""
    return int(connection.execute(_FORGET, {"before": to_micros(before)}).rowcount)


def clear_code(connection: Connection, code: str) -> None:
    """Forget the details of a code that was found harmless: it is judged by what comes from now on."""
    for sql in (_CLEAR_SCANS, _CLEAR_TALLY):
        run_many(connection, sql, [(code,)])


def _tally(row: Sequence[Any]) -> Tally:
    code, lot, scans, devices, occasions, cities, first_at, region, last_at, suspicion, reasons, odds = row
    return Tally(
        code,
        lot,
        scans,
        devices,
        occasions,
        cities,
        from_micros(first_at),
        region,
        from_micros(last_at),
        suspicion,
        tuple(reasons.split()),
        odds / 1000,
    )


def _tally_row(tally: Tally) -> tuple[object, ...]:
    return (
        tally.code,
        tally.lot,
        tally.scans,
        tally.devices,
        tally.occasions,
        tally.cities,
        to_micros(tally.first_at),
        tally.first_region,
        to_micros(tally.last_at),
        tally.suspicion,
        " ".join(tally.reasons),
        round(tally.odds * 1000),
    )
