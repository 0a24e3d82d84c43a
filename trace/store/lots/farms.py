"""Farms and plots of an area as they stand in master data, and who is responsible for which village."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.chain.identifiers import Stated
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, select
from trace.store.columns import json_value
from trace.store.tables.grid import grid_word

_IN_AREA: Final = "(data LIKE ? OR data NOT LIKE ?)"
"""Whoever conceals its code lies in every area: nobody leaves an authority's sight by saying nothing."""
_PARTIES: Final = f"SELECT urn, data FROM party WHERE {_IN_AREA} ORDER BY urn"  # noqa: S608 - ours
_PLACES: Final = (
    f"SELECT urn, stater, official, data FROM place WHERE data LIKE ? AND {_IN_AREA} "  # noqa: S608 - ours
    "ORDER BY urn, id"
)
_HELD: Final = "SELECT holder, data FROM licence WHERE holder IS NOT NULL ORDER BY holder, urn"
_WORDS: Final = "SELECT village, name, officer, at FROM grid_word ORDER BY id"
_PLOT: Final = '%"kind":"plot"%'
"""Master data are kept as compact JSON: a member is found in its text before it is read."""


def _in_area(area: str) -> tuple[str, str]:
    return f'%"region":"{area}%', '%"region":"%'


def read_parties_in(connection: Connection, area: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every party whose code lies in the area ("" for everywhere) or is concealed, with what it stated."""
    for urn, data in select(connection, _PARTIES, _in_area(area)):
        yield urn, json_value(data)


def read_plots_in(connection: Connection, area: str) -> dict[str, list[Stated]]:
    """Plot -> what each party said last of it, the newest last; of plots whose code lies in the area."""
    found: defaultdict[str, list[Stated]] = defaultdict(list)
    for urn, stater, official, data in select(connection, _PLACES, (_PLOT, *_in_area(area))):
        found[urn].append(Stated(stater, json_value(data), bool(official)))
    return dict(found)


def read_held_licences(connection: Connection) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Holder and data of each licence."""
    for holder, data in select(connection, _HELD):
        yield holder, json_value(data)


def read_grid(connection: Connection) -> dict[str, tuple[str, str, datetime]]:
    """Village -> its name, who is responsible ("" for nobody) and since when."""
    return {
        village: (name, officer, from_micros(int(at)))
        for village, name, officer, at in select(connection, _WORDS)
    }


def add_grid_word(
    connection: Connection, cell: tuple[str, str, str], at: datetime, person: str, party: str
) -> None:
    """Note village, its name and who is responsible from now on."""
    columns = ("village", "name", "officer", "at", "person", "party")
    insert_rows(connection, grid_word, columns, [(*cell, to_micros(at), person, party)])
