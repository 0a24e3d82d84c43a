"""Ways between lots, out of the store: links, claims and links that stand no longer, one question a level.

Each part of the question goes from the lots asked for by an index. A pair is a link; a lapsed one leads where
it did and lets everything pass, a claim orders alone. All but links say no times, and nothing that is timed
cuts them or is bounded by what lies beyond.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.chain.handover_effects import NAMED
from trace.chain.lineage.arcs import BETWEEN_FIRMS, DOWN, UP, Direction, window_of
from trace.chain.lineage.reach import EVERYTHING, ORDERS, Passage
from trace.store.chain.ways import PAIR_LAPSED, WAYS, Way

_NO_TIMES: Final = ", ".join(["CAST(NULL AS BIGINT)"] * 4)
_TIMES: Final = "link.departure_from, link.departure_to, link.arrival_from, link.arrival_to"
_ENDED_AT: Final = (
    f"CASE former.why WHEN '{NAMED}' THEN {ORDERS:d} "  # noqa: S608 - texts of ours
    "ELSE (SELECT logged_at FROM statement WHERE id = (former.id & -256)) END"
)
_PASSING: Final[dict[Way, str]] = {
    PAIR_LAPSED: f"{EVERYTHING:d}",
    **{one: _ENDED_AT for one in WAYS if one.table == "former"},
}

_Part = tuple[str, Sequence[tuple[str, str]], str]
"""What is selected, the tables on the way with what joins each to those before, and what else must hold."""


def _links(way: Direction) -> _Part:
    near = "from_lot" if way == DOWN else "to_lot"
    columns = f"link.id, link.from_lot, link.to_lot, {_TIMES}, {EVERYTHING:d}, link.kind IN {BETWEEN_FIRMS}"
    return columns, (("link", f"link.{near} = asked.lot"),), "link.state <> 'superseded'"


def _side(one: Way, way: Direction) -> _Part:
    number = "-former.id" if one.table == "former" else "claim.id"
    passes = _PASSING.get(one, f"{ORDERS:d}")
    return f"{number}, {one.upper}, {one.lower}, {_NO_TIMES}, {passes}, 1 = 1", one.tables(way), one.where


def _sqlite(part: _Part) -> str:
    columns, tables, where = part
    joins = " ".join(f"CROSS JOIN {table} ON {joined}" for table, joined in tables)
    return f"SELECT {columns} FROM asked {joins} WHERE {where}"  # noqa: S608 - texts of ours, as below


def _postgresql(part: _Part) -> str:
    columns, ((first, near), *rest), where = part
    joins = " ".join(f"JOIN {table} ON {joined}" for table, joined in rest)
    inner = f"SELECT {columns} FROM {first} {joins} WHERE {near} AND {where} LIMIT %s"  # noqa: S608
    return f"SELECT found.* FROM asked CROSS JOIN LATERAL ({inner}) AS found"  # noqa: S608


# CROSS JOIN, and the limits inside: neither database ever reads a table in another order than by its index.
_LEVELS: Final = {
    (dialect, way): f"WITH asked (lot) AS MATERIALIZED ({asked}) "
    + " UNION ALL ".join(map(written, (_links(way), *(_side(one, way) for one in WAYS))))
    + f" LIMIT {mark}"
    for dialect, asked, written, mark in (
        ("sqlite", "SELECT value FROM json_each(?)", _sqlite, "?"),
        ("postgresql", "SELECT unnest(%s::bigint[])", _postgresql, "%s"),
    )
    for way in (UP, DOWN)
}


def read_passages(
    connection: Connection, lots: Sequence[int], way: Direction, most: int
) -> Collection[Passage]:
    """The ways above (up) or below (down) these lots, `most` of them at most."""
    dialect = connection.dialect.name
    given: tuple[Any, ...] = (
        (orjson.dumps(lots).decode(), most) if dialect == "sqlite" else (lots, *[most] * (len(WAYS) + 2))
    )
    found = connection.exec_driver_sql(_LEVELS[dialect, way], given)
    return [
        (link, upper, lower, *window_of(*times), passes, between)
        for link, upper, lower, *times, passes, between in found
    ]
