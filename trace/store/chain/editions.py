"""The editions of logs, as their `platform.edition` entries began them, and what they let in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection

from trace.store.query import rows_where

_BEGUN = "SELECT origin, idx, number FROM edition WHERE origin {among} ORDER BY origin, idx"
_PARAMS = "SELECT params FROM mark WHERE code {among}"


def list_editions(connection: Connection, origins: Iterable[str]) -> dict[str, tuple[tuple[int, int], ...]]:
    """Log -> (index, number) of each edition that was begun in it, in order."""
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for origin, index, number in rows_where(connection, _BEGUN, origins):
        found[origin].append((index, number))
    return {origin: tuple(begun) for origin, begun in found.items()}


def list_params(connection: Connection, codes: Iterable[str]) -> Iterator[str]:
    """The figures (JSON) of all marks of these codes."""
    for (params,) in rows_where(connection, _PARAMS, codes):
        yield params
