"""Marked lots and the links between lots, out of the store: each question by an index, and within a bound.

Links are asked from either end, a level at a time, and kept: acts of one batch look at the same silo.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.chain.effects import Mark
from trace.chain.lineage.arcs import DOWN, UP, Direction, window_of
from trace.chain.lineage.reach import Passage
from trace.store.chain import rows
from trace.store.query import rows_where

_COLUMNS: Final = "link.id, from_lot, to_lot, departure_from, departure_to, arrival_from, arrival_to"
# CROSS JOIN, and the limit inside: neither database ever reads `link` in another order than by its index.
_LEVEL: Final = {
    "sqlite": (
        f"SELECT {_COLUMNS} FROM json_each(?) AS asked CROSS JOIN link ON link.{{near}} = asked.value "  # noqa: S608
        "WHERE link.state <> 'superseded' LIMIT ?"
    ),
    "postgresql": (
        f"SELECT link.* FROM unnest(%s::bigint[]) AS asked (lot) CROSS JOIN LATERAL (SELECT {_COLUMNS} "  # noqa: S608
        "FROM link WHERE link.{near} = asked.lot AND link.state <> 'superseded' LIMIT %s) AS link LIMIT %s"
    ),
}
_ENDS: Final[dict[Direction, str]] = {DOWN: "from_lot", UP: "to_lot"}
_LEVELS: Final = {
    (dialect, way): text.format(near=near) for dialect, text in _LEVEL.items() for way, near in _ENDS.items()
}
_MARKED: Final = "SELECT lot FROM mark WHERE cleared_by IS NULL AND lot IS NOT NULL"
_DISPUTED: Final = "SELECT lot FROM dispute WHERE outcome IS NULL AND lot IS NOT NULL"
_MARKS: Final = (
    f"SELECT lot.urn, {rows.MARK.columns} FROM mark JOIN lot ON lot.id = mark.lot "  # noqa: S608 - columns of ours
    "WHERE mark.lot {among} AND mark.cleared_by IS NULL ORDER BY mark.id"
)


class StoredMarkedGraph:
    """The port `trace.chain.stored_marks.StoredMarks` on a connection, as of the first time each is read.

    Marked are the lots with an open mark of one of `codes` (of any code where none is named), with an open
    dispute where `disputed` says so, and those of `also`.
    """

    def __init__(
        self,
        connection: Connection,
        codes: Collection[str] = (),
        *,
        disputed: bool = False,
        also: Collection[int] = (),
    ) -> None:
        self.cost = 0
        self._connection = connection
        self._codes = sorted(codes)
        self._also = frozenset(also)
        self._texts = [_MARKED + (" AND code {among}" if codes else ""), *([_DISPUTED] if disputed else [])]
        self._all: frozenset[int] | None = None
        self._kept: dict[Direction, dict[int, list[Passage]]] = {UP: {}, DOWN: {}}

    def passages(self, lots: Collection[int], way: Direction, most: int) -> Collection[Passage] | None:
        kept = self._kept[way]
        unread = [lot for lot in lots if lot not in kept]
        if unread and not self._fetch(unread, way, most):
            return None
        return [one for lot in lots for one in kept[lot]]

    def _fetch(self, lots: list[int], way: Direction, most: int) -> bool:
        dialect = self._connection.dialect.name
        limit = most + 1
        given = (orjson.dumps(lots).decode(), limit) if dialect == "sqlite" else (lots, limit, limit)
        found = self._connection.exec_driver_sql(_LEVELS[dialect, way], given).all()
        self.cost += 1 + len(found)
        if len(found) > most:
            return False
        kept = self._kept[way]
        kept.update((lot, []) for lot in lots)
        for link, upper, lower, *times in found:
            kept[upper if way == DOWN else lower].append((link, upper, lower, *window_of(*times)))
        return True

    def marked(self, most: int) -> Collection[int] | None:
        if self._all is None:
            found = set(self._also)
            for text in self._texts:
                read = self._rows(f"{text} LIMIT {most + 1:d}")
                if len(read) > most:
                    return None
                found.update(lot for (lot,) in read)
            self._all = frozenset(found)
        return self._all

    def marked_among(self, lots: Collection[int]) -> Collection[int]:
        read = [row for text in self._texts for row in self._rows(text + " AND lot {among}", list(lots))]
        return self._also.intersection(lots).union(lot for (lot,) in read)

    def _rows(self, text: str, *lots: list[int]) -> Sequence[Any]:
        given = [self._codes, *lots] if "code {among}" in text else [*lots]
        found = (
            rows_where(self._connection, text, *given) if given else self._connection.exec_driver_sql(text)
        )
        read = list(found)
        self.cost += 1 + len(read)
        return read

    def marks_on(self, lots: Collection[int]) -> list[tuple[str, Mark]]:
        return [(urn, rows.MARK.read(mark)) for urn, *mark in rows_where(self._connection, _MARKS, lots)]
