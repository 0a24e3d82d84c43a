"""Statements that wait for a lot or a statement, with their signed bytes, in order of arrival."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection

from trace.store.base import from_micros
from trace.store.log.evidence import RecordedEntry
from trace.store.query import rows_where

_WAITING: Final = (
    "SELECT resting.name, statement.origin, statement.idx, statement.arrival, statement.logged_at, "
    "coalesce(own.jws, carried.jws), coalesce(own.leaf, carried.leaf), coalesce(own.rules, carried.rules) "
    "FROM resting JOIN statement ON statement.id = resting.id "
    "LEFT JOIN log_entry AS own ON own.stmt = statement.stmt "
    "LEFT JOIN evidence_entry AS carried "
    "ON carried.origin = statement.origin AND carried.idx = statement.idx "
    "WHERE resting.name {among} AND resting.woken_by IS NULL AND statement.amended_by IS NULL "
    "ORDER BY statement.arrival"
)


def list_resting(connection: Connection, names: Collection[str]) -> list[tuple[str, RecordedEntry]]:
    """What waits for these names, each with its entry; what waits for several stands once for each."""
    return [
        (name, RecordedEntry(int(arrival), origin, int(idx), jws, leaf, from_micros(at), rules))
        for name, origin, idx, arrival, at, jws, leaf, rules in rows_where(connection, _WAITING, names)
    ]
