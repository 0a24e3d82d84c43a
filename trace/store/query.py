"""Queries for many names or ids at once, with a text that never changes.

`{among}` in a text stands for "is one of the values given": SQLite takes them as one JSON array, PostgreSQL
as one array; `{plainly}` after a column to sort by stands for the order of code points; `{stated}` behind
`lot` joins the statements that made the lots, which PostgreSQL would else find by hashing all there are;
`{joining}(text, blank)` makes one text of many. So a batch of 256 statements costs as many queries as one
statement. Why SQL is text here: docs/adr/0039.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import orjson
from sqlalchemy import Connection, CursorResult

from trace.store.bulk import marked

AT_ONCE = 2_000
"""Rows that a driver is asked for at once where rows stream."""
_LISTED = "IN (SELECT value FROM json_each(?))"
_DIALECTS = {
    "{among}": {"sqlite": _LISTED, "postgresql": "= ANY(%s)"},
    "{listed}": {"sqlite": _LISTED, "postgresql": "= ANY(%s::bigint[])"},
    "{plainly}": {"sqlite": "", "postgresql": 'COLLATE "C"'},
    "{joining}": {"sqlite": "group_concat", "postgresql": "string_agg"},
    "{stated}": {
        "sqlite": "CROSS JOIN statement ON statement.id = (lot.id & -256)",
        "postgresql": (
            "CROSS JOIN LATERAL (SELECT * FROM statement WHERE id = (lot.id & -256) OFFSET 0) AS statement"
        ),
    },
}


def rows_where(connection: Connection, text: str, *values: Iterable[object] | int) -> Sequence[Any]:
    """The rows of `text`, whose marks take `values` in their order: a collection for `{among}`, a number for
    `?`. [] when all collections are empty.
    """
    taken = [each if isinstance(each, int) else list(each) for each in values]
    if not any(isinstance(each, list) and each for each in taken):
        return []
    dialect = connection.dialect.name
    given = tuple(map(_as_array if dialect == "postgresql" else _as_json, taken))
    return connection.exec_driver_sql(_written(text, dialect), given).all()


def _as_array(taken: list[object] | int) -> list[object] | str | int:
    """Numbers as one text: the driver would write each of them by itself."""
    if isinstance(taken, int) or not all(type(each) is int for each in taken):
        return taken
    return f"{{{str(taken)[1:-1]}}}"


def _as_json(taken: list[object] | int) -> str | int:
    return taken if isinstance(taken, int) else orjson.dumps(taken).decode()


def rows_among(connection: Connection, text: str, ids: Iterable[int]) -> Sequence[tuple[Any, ...]]:
    """The rows of `text`, which names `{listed}` once for these row ids; [] for none.

    They are the driver's own: a wide trace reads half a million of them.
    """
    listed = list(ids)
    dialect = connection.dialect.name
    if not listed:
        return []
    with connection.exec_driver_sql(_written(text, dialect), (id_list(dialect, listed),)) as found:
        rows: Sequence[tuple[Any, ...]] = found.cursor.fetchall()
        return rows


def driver_rows(found: CursorResult[Any]) -> Iterator[Any]:
    """The driver's own rows of a result, so many read at once: a wide trace meets half a million of them."""
    with found:
        while read := found.cursor.fetchmany(AT_ONCE):
            yield from read


def streamed_among(connection: Connection, text: str, ids: Collection[int]) -> Iterator[Any]:
    """The rows of `text`, which names `{listed}` once for these row ids, one after the other: neither the
    driver nor the caller holds them all."""
    dialect = connection.dialect.name
    given, options = (id_list(dialect, ids),), {"stream_results": True}
    found = connection.exec_driver_sql(_written(text, dialect), given, execution_options=options)
    return chain.from_iterable(found.partitions(AT_ONCE))


def id_list(dialect: str, ids: Collection[int]) -> str:
    """Row ids as the one text parameter that `json_each(?)` or `%s::bigint[]` takes, however many."""
    listed = str(list(ids))
    return f"{{{listed[1:-1]}}}" if dialect == "postgresql" else listed


@lru_cache(maxsize=256)
def _written(text: str, dialect: str) -> str:
    text = marked(text, dialect)
    for name, texts in _DIALECTS.items():
        text = text.replace(name, texts[dialect])
    return text
