"""The stored lot graph: one indexed query a level, whatever the width of the level.

SQLite takes the lots of a level as one JSON array, PostgreSQL as one array: the statement text never
changes, so both plan it once. Cost follows the answer, never the graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.chain.lineage.arcs import Arc
from trace.store.chain.rows import LINK
from trace.store.columns import interval, quantity

# A scalar look-up, not a join: PostgreSQL would hash the whole table of statements for a level of two links.
_COLUMNS: Final = f"{LINK}, (SELECT stmt FROM statement WHERE id = (link.id & -256))"  # noqa: S608
# CROSS JOIN keeps SQLite from ever reading `link` in its own order.
_SQLITE: Final = "SELECT {columns} FROM json_each(?) AS asked CROSS JOIN link ON link.{end} = asked.value"
_POSTGRESQL: Final = "SELECT {columns} FROM link WHERE link.{end} = ANY(%s)"
_TEXTS: Final = {
    (dialect, end): text.format(columns=_COLUMNS, end=end)
    for dialect, text in (("sqlite", _SQLITE), ("postgresql", _POSTGRESQL))
    for end in ("to_lot", "from_lot")
}


class StoredLotGraph:
    """The port `trace.chain.lineage.LotGraph` on a connection; `levels` counts the queries made."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.levels = 0

    def arcs_above(self, lots: Sequence[int]) -> list[Arc]:
        return self._level("to_lot", lots)

    def arcs_below(self, lots: Sequence[int]) -> list[Arc]:
        return self._level("from_lot", lots)

    def _level(self, end: str, lots: Sequence[int]) -> list[Arc]:
        self.levels += 1
        dialect = self._connection.dialect.name
        found = self._connection.exec_driver_sql(_TEXTS[dialect, end], (id_list(dialect, lots),))
        return [_arc(row) for row in found]


def id_list(dialect: str, ids: Sequence[int]) -> object:
    """Row ids as the one parameter that `json_each(?)` or `= ANY(%s)` takes."""
    return list(ids) if dialect == "postgresql" else orjson.dumps(list(ids)).decode()


def _arc(row: Sequence[Any]) -> Arc:
    link, above, below, kind, taken, taken_unit, given, given_unit, left, gone, came, there, state, stmt = row
    return Arc(
        link_id=link,
        from_lot=above,
        to_lot=below,
        kind=kind,
        taken=quantity(taken, taken_unit),
        given=quantity(given, given_unit),
        departure=interval(left, gone),
        arrival=interval(came, there),
        state=state,
        statement=stmt or "",
    )
