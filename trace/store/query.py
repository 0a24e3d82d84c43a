"""Queries for many names or ids at once, with a text that never changes.

`{among}` in a text stands for "is one of the values given": SQLite takes them as one JSON array, PostgreSQL
as one array. So a batch of 256 statements costs as many queries as one statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection

_AMONG = {"sqlite": "IN (SELECT value FROM json_each(?))", "postgresql": "= ANY(%s)"}


def rows_where(connection: Connection, text: str, *values: Iterable[object]) -> Sequence[Any]:
    """The rows of `text`, which names `{among}` as often as there are `values`; [] when all are empty."""
    lists = [list(each) for each in values]
    if not any(lists):
        return []
    dialect = connection.dialect.name
    given = tuple(lists) if dialect == "postgresql" else tuple(orjson.dumps(each).decode() for each in lists)
    return connection.exec_driver_sql(_written(text, dialect), given).all()


@lru_cache(maxsize=256)
def _written(text: str, dialect: str) -> str:
    return text.replace("{among}", _AMONG[dialect])
