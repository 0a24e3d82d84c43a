"""Suggestions for a cell: names and numbers that are known and near to what was read.

Never for days, amounts, results or verdicts: what is near there may be false, and nobody would look twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from functools import cached_property
from typing import Final

from trace.exchange.tabular.forms import Column
from trace.store.transaction import Connection
from trace.store.uploads.drafts import lots_made
from trace.store.uploads.names import known_suppliers, open_lots, own_places, own_products

_MOST: Final = 3
_NEAR: Final = 0.5
_COMPARED: Final = 1_500
_NEVER: Final = frozenset({"verdict", "conclusion", "process", "line", "purpose", "activate"})
"""Choices that decide what a record says: they are results, not spellings."""


class Suggesting:
    """What one firm has, read when it is first asked for."""

    def __init__(self, connection: Connection, holder: str, upload: str) -> None:
        self.upload = upload
        self._connection = connection
        self._holder = holder

    def near(self, column: Column, read: str) -> tuple[str, ...]:
        """What the cell may mean, the nearest first; nothing that was read already."""
        if not read:
            return ()
        found = get_close_matches(read, self._known(column)[:_COMPARED], _MOST, _NEAR)
        return tuple(one for one in found if one != read)

    def _known(self, column: Column) -> Sequence[str]:
        if column.kind == "choice":
            return () if column.member in _NEVER else list(column.choices)
        if column.kind == "lot":
            return self._lots
        if column.kind in {"place", "places"}:
            return self._places
        if column.kind == "product":
            return self._products
        if column.kind == "party":
            return [code for code, _ in self._suppliers if code]
        return [name for _, name in self._suppliers if name] if column.member == "supplierName" else ()

    @cached_property
    def _lots(self) -> list[str]:
        return [
            *lots_made(self._connection, self.upload, self._holder),
            *open_lots(self._connection, self._holder),
        ]

    @cached_property
    def _places(self) -> list[str]:
        return [code for code, _ in own_places(self._connection, self._holder)]

    @cached_property
    def _products(self) -> list[str]:
        return [code for code, _ in own_products(self._connection, self._holder)]

    @cached_property
    def _suppliers(self) -> list[tuple[str, str]]:
        return known_suppliers(self._connection, self._holder)
