"""Counted scans in the database: details within retention, tallies a code, baselines a batch.

A flush holds `take_turn`, so that two processes never count the same code at once: SQLite has one writer
anyway, PostgreSQL takes an advisory lock of the scans' own that record ingest never waits for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from trace.store.bulk import select_in

_TALLY: Final = "code, lot, scans, devices, cities, first_at, first_region, last_at, suspicion, reasons, odds"
_READ_TALLIES: Final = f"SELECT {_TALLY} FROM scan_tally WHERE code {{members}}"  # noqa: S608 - own names


@dataclass(frozen=True, slots=True)
class Tally:
    """What stays of a code's scans: times in microseconds UTC, `odds` in thousandths of a decade."""

    code: str
    lot: str | None
    scans: int
    devices: int
    cities: int
    first_at: int
    first_region: str | None
    last_at: int
    suspicion: str
    reasons: tuple[str, ...]
    odds: int


def read_tallies(connection: Connection, codes: Collection[str]) -> dict[str, Tally]:
    """Code -> its tally; codes never counted are absent."""
    found = select_in(connection, _READ_TALLIES, codes)
    return {row[0]: _tally(row) for row in found}


def _tally(row: Sequence[Any]) -> Tally:
    code, lot, scans, devices, cities, first_at, first_region, last_at, suspicion, reasons, odds = row
    slugs = tuple(reasons.split())
    return Tally(code, lot, scans, devices, cities, first_at, first_region, last_at, suspicion, slugs, odds)
