"""Wishes to have a product tested (你点我检): one a device and product, counted for the bureaus."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from trace.store.base import to_micros
from trace.store.bulk import select

_ADD: Final = (
    "INSERT INTO test_request (voter, product, lot, at, ends_at) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (voter) DO NOTHING RETURNING voter"
)
_COUNT: Final = (
    "SELECT product, lot, count(*) FROM test_request WHERE ends_at > ? "
    "GROUP BY product, lot ORDER BY count(*) DESC, product, lot LIMIT ?"
)


def add_request(
    connection: Connection, voter: str, product: str, lot: str, at: datetime, ends_at: datetime
) -> bool:
    """Count a wish; False where this voter had one already."""
    return bool(select(connection, _ADD, (voter, product, lot, to_micros(at), to_micros(ends_at))))


def count_requests(connection: Connection, now: datetime, limit: int) -> list[tuple[str, str, int]]:
    """(product, lot, wishes), the most wanted first."""
    return [
        (product, lot, int(count))
        for product, lot, count in select(connection, _COUNT, (to_micros(now), limit))
    ]
