"""Ways between lots, out of the store: links, claims and links that stand no longer, one question a level.

Each part of the question goes from the lots asked for by an index. A pair is a link; a lapsed one leads where
it did. A claim leads to what it names, by the hand-over's statement or the lot's name, also beside a pair
with another lot; a finding against it ends that.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.chain.lineage.arcs import DOWN, UP, Direction, window_of
from trace.chain.lineage.reach import EVERYTHING, ORDERS, Passage

_BIG: Final = "CAST(NULL AS BIGINT)"
_NO_TIMES: Final = ", ".join([_BIG] * 4)
_TIMES: Final = "link.departure_from, link.departure_to, link.arrival_from, link.arrival_to"
_STANDS: Final = "claim.state NOT IN ('superseded', 'withdrawn')"
_ALONE: Final = "claim.state IN ('claimed', 'refused') AND claim.lapsed = 0"
_NOT_DENIED: Final = "coalesce({table}.found, '') <> 'not_established'"
_BESIDE: Final = (
    "NOT EXISTS (SELECT 1 FROM handover AS own WHERE own.id = claim.handover "
    "AND (own.lot = lot.id OR own.from_lot = lot.id))"
)
_ENDED_AT: Final = "(SELECT logged_at FROM statement WHERE id = (former.id & -256))"
_CLAIM: Final = f"claim.id, {{upper}}, claim.lot, {_NO_TIMES}, {{passes}}"
_FORMER: Final = f"-former.id, {{upper}}, former.below, {_NO_TIMES}, {_ENDED_AT}"

_OF_CLAIM: Final = f"{_STANDS} AND {_NOT_DENIED.format(table='claim')}"
_OF_FORMER: Final = f"former.ended_by IS NULL AND {_NOT_DENIED.format(table='former')}"

_Part = tuple[str, Sequence[tuple[str, str]], str]
"""What is selected, the tables on the way with what joins each to those before, and what else must hold."""


def _both_ways(
    columns: str, upper: tuple[str, str], lower: tuple[str, str], joined: str, where: str
) -> dict[Direction, _Part]:
    """A way over two tables: (table, its lot) at either end, joined with each other."""
    ends = {UP: (lower, upper), DOWN: (upper, lower)}
    return {
        way: (columns, ((near[0], f"{near[1]} = asked.lot"), (far[0], joined)), where)
        for way, (near, far) in ends.items()
    }


_PARTS: Final[Sequence[dict[Direction, _Part]]] = (
    {
        way: (
            f"link.id, link.from_lot, link.to_lot, {_TIMES}, {EVERYTHING:d}",
            (("link", f"link.{near} = asked.lot"),),
            "link.state <> 'superseded'",
        )
        for way, near in ((UP, "to_lot"), (DOWN, "from_lot"))
    },
    _both_ways(
        _CLAIM.format(upper="handover.lot", passes=EVERYTHING),
        ("handover", "handover.lot"),
        ("claim", "claim.lot"),
        "claim.handover = handover.id",
        f"claim.lapsed = 1 AND {_OF_CLAIM}",
    ),
    _both_ways(
        _CLAIM.format(upper="handover.lot", passes=ORDERS),
        ("handover", "handover.lot"),
        ("claim", "claim.lot"),
        "claim.handover_stmt = handover.stmt",
        f"{_ALONE} AND {_OF_CLAIM}",
    ),
    _both_ways(
        _CLAIM.format(upper="lot.id", passes=ORDERS),
        ("lot", "lot.id"),
        ("claim", "claim.lot"),
        "claim.named_lot = lot.urn",
        f"{_OF_CLAIM} AND lot.id <> claim.lot AND {_BESIDE}",
    ),
    {
        way: (_FORMER.format(upper="former.above"), (("former", f"former.{near} = asked.lot"),), where)
        for way, near, where in (
            (UP, "below", f"former.above IS NOT NULL AND {_OF_FORMER}"),
            (DOWN, "above", _OF_FORMER),
        )
    },
    _both_ways(
        _FORMER.format(upper="lot.id"),
        ("lot", "lot.id"),
        ("former", "former.below"),
        "former.above_name = lot.urn",
        _OF_FORMER,
    ),
)


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
    + " UNION ALL ".join(written(part[way]) for part in _PARTS)
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
        (orjson.dumps(lots).decode(), most) if dialect == "sqlite" else (lots, *[most] * (len(_PARTS) + 1))
    )
    found = connection.exec_driver_sql(_LEVELS[dialect, way], given)
    return [(link, upper, lower, *window_of(*times), passes) for link, upper, lower, *times, passes in found]
