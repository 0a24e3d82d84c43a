"""All projections as one, of the food chain and of the log: what replay deletes, makes again and compares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import orjson
from sqlalchemy import Connection, Table

from trace.store.chain.rebuild import bytes_as_hex, table_hashes, truncate_food
from trace.store.tables.food import FOOD_TABLES
from trace.store.tables.log import PROJECTIONS
from trace.store.versions import bump_version

Hashes = Mapping[str, tuple[int, str]]
TABLES: Final = (*FOOD_TABLES, *PROJECTIONS)
_EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class TableDifference:
    """How a table came out otherwise: rows that are gone, rows that came, and some of each as JSON texts."""

    table: str
    gone: int
    came: int
    examples: tuple[tuple[str, str], ...]


def hash_projections(connection: Connection) -> Hashes:
    """Table → (rows, hash)."""
    return table_hashes(connection, TABLES)


def delete_projections(connection: Connection) -> None:
    """Empty them all; the log, the evidence and what is no projection stay. No page is what it was."""
    truncate_food(connection)
    for table in PROJECTIONS:
        connection.execute(table.delete())
    bump_version(connection)


def set_aside(connection: Connection) -> None:
    """Copy every projection, for `list_differences` of this transaction."""
    for table in TABLES:
        text = f"CREATE TEMPORARY TABLE was_{table.name} AS SELECT * FROM {table.name}"  # noqa: S608 - ours
        connection.exec_driver_sql(text)


def list_differences(connection: Connection, differing: Iterable[str]) -> list[TableDifference]:
    """What became of the tables named, against the copies set aside; the copies are gone afterwards."""
    wanted = set(differing)
    found = [_difference(connection, table) for table in TABLES if table.name in wanted]
    for table in TABLES:
        connection.exec_driver_sql(f"DROP TABLE was_{table.name}")
    return found


def _difference(connection: Connection, table: Table) -> TableDifference:
    names = [str(column.name) for column in table.columns]
    listed = ", ".join(f'"{name}"' for name in names)
    counts: dict[str, int] = {}
    examples: list[tuple[str, str]] = []
    for word, here, there in (
        ("gone", f"was_{table.name}", table.name),
        ("came", table.name, f"was_{table.name}"),
    ):
        rows = f"SELECT {listed} FROM {here} EXCEPT SELECT {listed} FROM {there}"  # noqa: S608 - names of ours
        counts[word] = connection.exec_driver_sql(f"SELECT count(*) FROM ({rows}) AS rest").scalar_one()  # noqa: S608
        for row in connection.exec_driver_sql(f"{rows} ORDER BY 1, 2 LIMIT {_EXAMPLES}"):
            shown = dict(zip(names, row, strict=True))
            examples.append((word, orjson.dumps(shown, default=bytes_as_hex).decode()))
    return TableDifference(table.name, counts["gone"], counts["came"], tuple(examples))
