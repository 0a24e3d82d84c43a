"""All projections as one, of the food chain and of the log: what replay deletes, makes again and compares."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from trace.store.chain.rebuild import table_hashes, truncate_food
from trace.store.tables.food import FOOD_TABLES
from trace.store.tables.log import PROJECTIONS

Hashes = Mapping[str, tuple[int, str]]


def hash_projections(connection: Connection) -> Hashes:
    """Table → (rows, hash)."""
    return table_hashes(connection, (*FOOD_TABLES, *PROJECTIONS))


def delete_projections(connection: Connection) -> None:
    """Empty them all; the log, the evidence and what is no projection stay."""
    truncate_food(connection)
    for table in PROJECTIONS:
        connection.execute(table.delete())
