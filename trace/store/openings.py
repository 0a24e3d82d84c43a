"""When the first contents of lots had arrived, by the links into them and, at most, one link further up."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import orjson
from sqlalchemy import Connection

from trace.chain.lineage.arcs import BETWEEN_FIRMS, DISPUTED, FAR, SUPERSEDED, Opening
from trace.store.query import id_list

# The earliest arrival of a link, as `window_of` has it; NULL where it is not known.
_ARRIVED: Final = (
    "CASE WHEN {link}.arrival_to < {link}.departure_from THEN NULL "
    "WHEN {link}.departure_from IS NULL OR {link}.arrival_from > {link}.departure_from "
    "THEN {link}.arrival_from ELSE {link}.departure_from END"
)
_TIMELESS: Final = f"{{link}}.kind IN {BETWEEN_FIRMS} AND ({_ARRIVED}) IS NULL"
_INPUTS: Final = (
    f"SELECT {_ARRIVED.format(link='link')} AS arrived, from_lot FROM link "  # noqa: S608 - texts of ours
    "WHERE to_lot = asked.lot AND state NOT IN {refused} "
    f"AND NOT ({_TIMELESS.format(link='link')}) LIMIT {{most}}"
)
_ABOVE: Final = (
    f"(SELECT min(coalesce({_ARRIVED.format(link='above')}, {-FAR})) FROM link AS above "  # noqa: S608
    "WHERE above.to_lot = input.from_lot AND above.state NOT IN {refused} "
    f"AND NOT ({_TIMELESS.format(link='above')}))"
)
_FIGURES: Final = f"min(coalesce(arrived, {-FAR})), min(coalesce(arrived, {_ABOVE}, {-FAR})), count(*)"
_TEXTS: Final = {
    "sqlite": (
        f"SELECT asked.lot, (SELECT json_array({_FIGURES}) FROM ({_INPUTS}) AS input) "  # noqa: S608
        "FROM (SELECT value AS lot FROM json_each(?)) AS asked"
    ),
    "postgresql": (
        f"SELECT asked.lot, (SELECT json_build_array({_FIGURES})::text FROM ({_INPUTS}) AS input) "  # noqa: S608
        "FROM unnest(%s::bigint[]) AS asked (lot)"
    ),
}
_REFUSED: Final = {False: f"('{SUPERSEDED}')", True: f"('{SUPERSEDED}', '{DISPUTED}')"}
_ALL: Final = {"sqlite": "-1", "postgresql": "ALL"}


def read_openings(
    connection: Connection, lots: Collection[int], signed_only: bool = False, most: int | None = None
) -> dict[int, tuple[Opening, bool]]:
    """Lot -> its opening, and whether it is exact: of more than `most` inputs only so many are looked at.

    As `trace.chain.lineage.arcs.LotGraph.openings` says which links count. An opening that is not
    exact is too late, if anything.
    """
    dialect = connection.dialect.name
    limit = _ALL[dialect] if most is None else f"{most:d}"
    text = _TEXTS[dialect].format(refused=_REFUSED[signed_only], most=limit)
    found = {}
    for lot, figures in connection.exec_driver_sql(text, (id_list(dialect, lots),)):
        stated, first, inputs = orjson.loads(figures)
        if inputs:
            found[lot] = Opening(stated, first), most is None or inputs < most
    return found
