"""The stored lot graph: a walk is one recursive statement, a level one indexed query.

SQLite takes the lots asked for as one JSON array, PostgreSQL as one array: the statement text never changes,
so both plan it once. Cost follows the answer, never the graph.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from trace.chain.lineage.arcs import BETWEEN_FIRMS, DOWN, UP, Arc, Direction, LinkRow, Opening
from trace.store.mapping import RowMapping
from trace.store.openings import read_openings
from trace.store.query import driver_rows, id_list, rows_where
from trace.store.tables import food

ARC: Final = RowMapping(food.link, Arc, named={"link_id": "id"})

# What a trace decides by. CROSS JOIN keeps SQLite from ever reading `link` in its own order; OFFSET 0 keeps
# PostgreSQL from joining all of `link` where it takes the lots to be many.
_FOLLOWED: Final = (
    "link.{near}, link.{far}, link.id, link.state, "
    "link.departure_from, link.departure_to, link.arrival_from, link.arrival_to, "
    f"link.kind IN {BETWEEN_FIRMS}"
)
_WALK: Final = {
    "sqlite": (
        "WITH RECURSIVE reached (lot) AS (SELECT value FROM json_each(?) "
        "UNION SELECT link.{far} FROM reached CROSS JOIN link ON link.{near} = reached.lot "
        "WHERE link.state <> 'superseded' LIMIT ?) "
        "SELECT {followed} FROM reached CROSS JOIN link ON link.{near} = reached.lot"
    ),
    "postgresql": (
        "WITH RECURSIVE reached (lot) AS (SELECT unnest(%s::bigint[]) "
        "UNION SELECT link.{far} FROM reached CROSS JOIN LATERAL ("
        "SELECT {far} FROM link WHERE {near} = reached.lot AND state <> 'superseded' OFFSET 0) AS link) "
        "SELECT {followed} FROM (SELECT lot FROM reached LIMIT %s) AS reached "
        "CROSS JOIN LATERAL (SELECT * FROM link WHERE {near} = reached.lot OFFSET 0) AS link"
    ),
}
_COUNT: Final = {
    "sqlite": "SELECT count(*) FROM reached",
    "postgresql": "SELECT count(*) FROM (SELECT lot FROM reached LIMIT %s) AS some_lots",
}
_LEVEL: Final = {
    "sqlite": "SELECT {columns} FROM json_each(?) AS asked CROSS JOIN link ON link.{near} = asked.value",
    "postgresql": "SELECT {columns} FROM link WHERE link.{near} = ANY(%s::bigint[])",
}
# A scalar look-up, not a join: PostgreSQL would hash the whole table of statements for a level of two links.
_DETAILED: Final = f"{ARC.columns}, (SELECT stmt FROM statement WHERE id = (link.id & -256))"  # noqa: S608
_STATED: Final = "SELECT id, stmt FROM statement WHERE id {among}"
_ENDS: Final = {DOWN: ("from_lot", "to_lot"), UP: ("to_lot", "from_lot")}
_NO_LIMIT: Final = {"sqlite": -1, "postgresql": None}


def _written(text: str, columns: str, direction: Direction) -> str:
    near, far = _ENDS[direction]
    return text.replace("{followed}", columns).replace("{columns}", columns).format(near=near, far=far)


WALKS: Final = {(name, way): _written(text, _FOLLOWED, way) for name, text in _WALK.items() for way in _ENDS}
_COUNTS: Final = {name: text.partition("SELECT {followed}")[0] + _COUNT[name] for name, text in _WALK.items()}
_SIZES: Final = {(name, way): _written(text, "", way) for name, text in _COUNTS.items() for way in _ENDS}
_LINKS: Final = {
    (name, way): _written(text, _FOLLOWED, way) for name, text in _LEVEL.items() for way in _ENDS
}
_ARCS: Final = {(name, way): _written(text, _DETAILED, way) for name, text in _LEVEL.items() for way in _ENDS}


def is_larger(connection: Connection, lot: int, direction: Direction, most: int) -> bool:
    """Whether a lot and all that is connected to it in one direction are more than `most`; no more than that
    many are looked at."""
    name = connection.dialect.name
    found = connection.exec_driver_sql(_SIZES[name, direction], (id_list(name, [lot]), most + 1))
    return int(found.scalar_one()) > most


class StoredLotGraph:
    """The port `trace.chain.lineage.LotGraph` on a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name

    def walk(self, start: Collection[int], direction: Direction, most: int | None) -> Iterable[LinkRow]:
        limit = _NO_LIMIT[self._dialect] if most is None else most
        found: Iterable[LinkRow] = self._rows(WALKS, direction, start, limit)
        return found

    def links(self, lots: Sequence[int], direction: Direction) -> Iterable[LinkRow]:
        found: Iterable[LinkRow] = self._rows(_LINKS, direction, lots)
        return found

    def arcs_above(self, lots: Sequence[int]) -> list[Arc]:
        return [_arc(row) for row in self._rows(_ARCS, UP, lots)]

    def arcs_below(self, lots: Sequence[int]) -> list[Arc]:
        return [_arc(row) for row in self._rows(_ARCS, DOWN, lots)]

    def openings(self, lots: Collection[int], signed_only: bool) -> dict[int, Opening]:
        return {lot: found for lot, (found, _) in read_openings(self._connection, lots, signed_only).items()}

    def statements_of(self, links: Collection[int]) -> dict[int, str]:
        stated = dict(map(tuple, rows_where(self._connection, _STATED, {link & -256 for link in links})))
        return {link: stated.get(link & -256, "") for link in links}

    def _rows(
        self,
        texts: Mapping[tuple[str, Direction], str],
        way: Direction,
        lots: Collection[int],
        *rest: int | None,
    ) -> Any:
        given = (id_list(self._dialect, lots), *rest)
        return driver_rows(self._connection.exec_driver_sql(texts[self._dialect, way], given))


def _arc(row: Sequence[Any]) -> Arc:
    return ARC.read(row, statement=row[ARC.width] or "")
