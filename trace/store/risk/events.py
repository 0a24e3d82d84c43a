"""The history of what authorities keep about risks: who did what to which item, when and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import orjson
from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, select
from trace.store.query import rows_where
from trace.store.tables.risk import risk_event

_COLUMNS: Final = ("what", "number", "seq", "event", "at", "person", "name", "party", "why", "detail")
_READ: Final = f"SELECT {', '.join(_COLUMNS)} FROM risk_event "  # noqa: S608 - columns of ours
_LAST: Final = (
    "SELECT what, number, max(seq) FROM risk_event WHERE what {among} AND number {among} GROUP BY 1, 2"
)


@dataclass(frozen=True, slots=True)
class RiskEvent:
    """One step of an item; the run of a job has no person."""

    what: str
    number: str
    event: str
    at: datetime
    person: str = ""
    name: str = ""
    party: str = ""
    why: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)


def add_events(connection: Connection, events: Sequence[RiskEvent]) -> None:
    """Write steps behind those that each item has."""
    numbered = rows_where(connection, _LAST, {one.what for one in events}, {one.number for one in events})
    known = {(what, number): int(seq) for what, number, seq in numbered}
    rows = []
    for one in events:
        known[one.what, one.number] = seq = known.get((one.what, one.number), 0) + 1
        detail = orjson.dumps(dict(one.detail)).decode()
        told = (one.person, one.name, one.party, one.why, detail)
        rows.append((one.what, one.number, seq, one.event, to_micros(one.at), *told))
    insert_rows(connection, risk_event, _COLUMNS, rows)


def events_of(connection: Connection, what: str, numbers: Collection[str]) -> dict[str, list[RiskEvent]]:
    """Number -> the history of the item, the oldest first."""
    found: dict[str, list[RiskEvent]] = {number: [] for number in numbers}
    rows = select(connection, f"{_READ}WHERE what = ? ORDER BY number, seq", (what,)) if numbers else []
    for kind, number, _, event, at, person, name, party, why, detail in rows:
        if number in found:
            one = RiskEvent(
                kind, number, event, from_micros(int(at)), person, name, party, why, orjson.loads(detail)
            )
            found[number].append(one)
    return found
