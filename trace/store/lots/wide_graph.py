"""The lot graph with everything that may have gone somewhere: links, claims, lapsed pairs, links of old.

A side way has no times. Its number is negative and tells which row it is of: links keep theirs. A walk
follows the links first and then asks all that it reached at once for side ways, until nothing new comes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from sqlalchemy import Connection

from trace.chain.lineage.arcs import DOWN, SUPERSEDED, UNKNOWN, UP, Arc, Direction, LinkRow
from trace.quantities import Quantity
from trace.store.chain.ways import WAYS, Way
from trace.store.columns import quantity
from trace.store.lots.graph import StoredLotGraph
from trace.store.query import id_list

ESTABLISHED: Final = "established"
_NUMBERS: Final = 2  # bits that tell the sorts of ways of one row apart
_KIND: Final = {"claim": "'receive'", "former": "former.kind"}
_ANY: Final = "SELECT (SELECT min(id) FROM claim), (SELECT min(id) FROM former)"


class SideWay(NamedTuple):
    """A way beside the links: `label` is lapsed, claimed, refused, through, corrected or withdrawn.

    `amount` is what was stated of it, `found` an authority's finding (`established`), if any.
    """

    number: int
    upper: int
    lower: int
    label: str
    found: str | None
    amount: Quantity | None
    kind: str
    """The kind of link that it is or was."""
    stated_at: int
    """When the log took the statement that the row is of; of a link of old, that took it away."""

    @property
    def row(self) -> int:
        """The claim or the former link that it is of."""
        return row_of(self.number)

    @property
    def is_former(self) -> bool:
        return -self.number & (1 << _NUMBERS) - 1 == 0


def row_of(number: int) -> int:
    """The row that a way is of: a link's own number, or that of the claim or former link."""
    return number if number >= 0 else -number >> _NUMBERS


def _sqlite(one: Way, way: Direction) -> str:
    tables = one.tables(way)
    joins = " ".join(f"CROSS JOIN {table} ON {joined}" for table, joined in tables)
    return (
        f"SELECT {one.table}.id, {one.number}, {one.upper}, {one.lower}, {one.label}, {one.table}.found, "  # noqa: S608
        f"{one.table}.quantity, {one.table}.unit, {_KIND[one.table]}, "
        f"(SELECT logged_at FROM statement WHERE id = ({one.table}.id & -256)) "
        f"FROM asked {joins} WHERE {one.where}"
    )


def _postgresql(one: Way, way: Direction) -> str:
    return _sqlite(one, way).replace("CROSS JOIN", "JOIN")


_TEXTS: Final = {
    (dialect, way): f"WITH asked (lot) AS ({asked}) " + " UNION ALL ".join(text(one, way) for one in WAYS)
    for dialect, asked, text in (
        ("sqlite", "SELECT value FROM json_each(?)", _sqlite),
        ("postgresql", "SELECT unnest(%s::bigint[])", _postgresql),
    )
    for way in (UP, DOWN)
}


def read_side_ways(connection: Connection, lots: Collection[int], way: Direction) -> list[SideWay]:
    """The side ways above (up) or below (down) these lots."""
    if not lots:
        return []
    dialect = connection.dialect.name
    # In a case of many packs each interval of theirs says the same.
    said = connection.exec_driver_sql(_TEXTS[dialect, way], (id_list(dialect, lots),))
    return [
        SideWay(-(row << _NUMBERS | number), upper, lower, label, finding, quantity(micro, unit), kind, at)
        for row, number, upper, lower, label, finding, micro, unit, kind, at in dict.fromkeys(
            map(tuple, said)
        )
    ]


class WideLotGraph(StoredLotGraph):
    """The port of a trace that follows side ways too; `sides` are those that it met.

    `only` says which of them it follows, all where nothing is said.
    """

    def __init__(self, connection: Connection, only: Callable[[SideWay], bool] | None = None) -> None:
        super().__init__(connection)
        self.sides: dict[int, SideWay] = {}
        self._only = only

    def walk(self, start: Collection[int], direction: Direction, most: int | None) -> Iterable[LinkRow]:
        if not self._has_sides:
            return super().walk(start, direction, most)
        return self._walk(start, direction, most)

    def _walk(self, start: Collection[int], direction: Direction, most: int | None) -> Iterator[LinkRow]:
        known, frontier = set[int](), set(start)
        while frontier:
            for row in super().walk(sorted(frontier), direction, most):
                if row[0] not in known and row[3] != SUPERSEDED:
                    yield row
                    frontier.update(row[:2])
            fresh, known = frontier - known, known | frontier
            sides = self._sides(fresh, direction)
            yield from sides
            frontier = {row[1] for row in sides} - known

    def links(self, lots: Sequence[int], direction: Direction) -> Iterable[LinkRow]:
        yield from super().links(lots, direction)
        yield from self._sides(lots, direction)

    def arcs_above(self, lots: Sequence[int]) -> list[Arc]:
        return [*super().arcs_above(lots), *self._arcs(lots, UP)]

    def arcs_below(self, lots: Sequence[int]) -> list[Arc]:
        return [*super().arcs_below(lots), *self._arcs(lots, DOWN)]

    def statements_of(self, links: Collection[int]) -> dict[int, str]:
        rows = {link: row_of(link) for link in links}
        stated = super().statements_of(rows.values())
        return {link: stated[row] for link, row in rows.items()}

    @cached_property
    def _has_sides(self) -> bool:
        return self._connection.exec_driver_sql(_ANY).one() != (None, None)

    def _sides(self, lots: Collection[int], way: Direction) -> list[LinkRow]:
        found = self._read(lots, way)
        self.sides.update({one.number: one for one in found})
        return [_row(one, way) for one in found]

    def _read(self, lots: Collection[int], way: Direction) -> list[SideWay]:
        found = read_side_ways(self._connection, lots, way) if self._has_sides else []
        return found if self._only is None else [one for one in found if self._only(one)]

    def _arcs(self, lots: Collection[int], way: Direction) -> Iterator[Arc]:
        found = self._read(lots, way)
        statements = self.statements_of([one.number for one in found])
        for one in found:
            stated = statements[one.number]
            yield Arc(
                one.number,
                one.upper,
                one.lower,
                one.kind,
                None,
                one.amount,
                UNKNOWN,
                UNKNOWN,
                one.label,
                stated,
            )


def is_established(one: SideWay) -> bool:
    """Whether an authority has found that the goods went this way."""
    return one.found == ESTABLISHED


def sides_of(graph: StoredLotGraph) -> Mapping[int, SideWay]:
    """The ways beside the links that a trace met on this graph, by number."""
    return graph.sides if isinstance(graph, WideLotGraph) else {}


def _row(one: SideWay, way: Direction) -> LinkRow:
    near, far = (one.upper, one.lower) if way == DOWN else (one.lower, one.upper)
    return near, far, one.number, one.label, None, None, None, None, True
