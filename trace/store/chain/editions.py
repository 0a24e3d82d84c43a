"""The editions of logs, as their `platform.edition` entries began them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection

from trace.store.query import rows_where

_BEGUN = "SELECT origin, idx, number FROM edition WHERE origin {among} ORDER BY origin, idx"


def list_editions(connection: Connection, origins: Iterable[str]) -> dict[str, tuple[tuple[int, int], ...]]:
    """Log -> (index, number) of each edition that was begun in it, in order."""
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for origin, index, number in rows_where(connection, _BEGUN, origins):
        found[origin].append((index, number))
    return {origin: tuple(begun) for origin, begun in found.items()}
