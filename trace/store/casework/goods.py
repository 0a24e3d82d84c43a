"""The goods of a case as they were read last: lines, consignees and firms as rows of a reading.

Rows are written part by part while a reading goes on, and count once it is ended; what is written of one that
never ended goes when it is begun again. Of each case the last reading is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.columns import json_text, json_value
from trace.store.tables.casework import case_goods, case_goods_row

LINE, CONSIGNEE, PARTY, OUT = "line", "consignee", "party", "out"
_COLUMNS: Final = ("reading", "sort", "number", "rank", "key", "body")
_LAST: Final = (
    "SELECT reading, number, hash, arrival, read_at FROM case_goods WHERE number = ? AND hash IS NOT NULL "
    "ORDER BY read_at DESC, reading LIMIT 1"
)
_PART: Final = (
    "SELECT body FROM case_goods_row WHERE reading = ? AND sort = ? ORDER BY rank, number LIMIT ? OFFSET ?"
)
_LEFT: Final = (
    "SELECT body FROM case_goods_row WHERE reading = ? AND sort = ? AND key NOT IN ({keys}) "
    "ORDER BY rank, number LIMIT ? OFFSET ?"
)
_AMONG: Final = "SELECT key, body FROM case_goods_row WHERE reading = ? AND sort = ? AND key IN ({keys})"
_KEYS: Final = {
    "sqlite": "SELECT value FROM json_each(?)",
    "postgresql": "SELECT json_array_elements_text(?::json)",
}
_ALL_KEYS: Final = "SELECT key FROM case_goods_row WHERE reading = ? AND sort = ?"
_BY_KEY: Final = (
    "SELECT key, number, body FROM case_goods_row WHERE reading = ? AND sort = ? AND (key, number) > (?, ?) "
    "ORDER BY key, number LIMIT ?"
)
_BEHIND: Final = (
    "SELECT rank, number, body FROM case_goods_row WHERE reading = ? AND sort = ? "
    "AND (rank, number) > (?, ?) ORDER BY rank, number LIMIT ?"
)
_NAMING: Final = (
    "SELECT DISTINCT case_goods.number FROM case_goods_row "
    "JOIN case_goods ON case_goods.reading = case_goods_row.reading "
    "WHERE case_goods_row.body LIKE ? ESCAPE '!'"
)
_STRAY: Final = (
    "DELETE FROM case_goods_row WHERE reading = ? AND reading NOT IN (SELECT reading FROM case_goods)"
)
_COPIES: Final = (
    "SELECT number, max(at) FROM (SELECT number, read_at AS at FROM case_goods "
    "UNION ALL SELECT number, made_at AS at FROM case_export) AS kept GROUP BY number ORDER BY number"
)
_NEWER: Final = "SELECT count(*) FROM (SELECT 1 FROM statement WHERE arrival > ? LIMIT ?) AS newer"
_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class KeptReading:
    """A reading that is whole: the analysis under `hash`, of the log as it was taken in up to `arrival`."""

    reading: str
    number: str
    hash: str
    arrival: int
    read_at: datetime


class GoodsRow(NamedTuple):
    """A row to be kept; `rank` sorts it among those of its sort."""

    number: int
    rank: bytes
    key: str
    body: str


def begin_reading(connection: Connection, reading: str, number: str, at: datetime) -> None:
    """A reading of a case's goods begins; what an earlier one left that never ended goes."""
    where = "number = ? AND hash IS NULL AND reading <> ?"
    insert_rows(
        connection,
        case_goods,
        ("reading", "number", "arrival", "read_at"),
        [(reading, number, -1, to_micros(at))],
    )
    _forget(connection, where, (number, reading))


def add_rows(connection: Connection, reading: str, sort: str, rows: Sequence[GoodsRow]) -> None:
    """Keep a part of a reading that goes on."""
    insert_rows(connection, case_goods_row, _COLUMNS, [(reading, sort, *row) for row in rows])


def end_reading(connection: Connection, kept: KeptReading) -> None:
    """It is whole; those of the case before it go. One that was forgotten while it went on, since it may say
    what was erased meanwhile, goes itself."""
    _forget(connection, "number = ? AND reading <> ?", (kept.number, kept.reading))
    row = (kept.hash, kept.arrival, to_micros(kept.read_at), kept.reading)
    run_many(connection, "UPDATE case_goods SET hash = ?, arrival = ?, read_at = ? WHERE reading = ?", [row])
    run_many(connection, _STRAY, [(kept.reading,)])


def _forget(connection: Connection, where: str, values: tuple[str, ...]) -> None:
    older = f"SELECT reading FROM case_goods WHERE {where}"  # noqa: S608 - texts of ours
    run_many(connection, f"DELETE FROM case_goods_row WHERE reading IN ({older})", [values])  # noqa: S608
    run_many(connection, f"DELETE FROM case_goods WHERE {where}", [values])  # noqa: S608


def forget_readings(connection: Connection, numbers: Collection[str]) -> None:
    """What was read of these cases goes: it is read again where somebody asks."""
    for number in numbers:
        _forget(connection, "number = ?", (number,))


def cases_naming(connection: Connection, names: Collection[str]) -> set[str]:
    """The cases of whose goods a kept row names one of these statements or parties."""
    found: set[str] = set()
    for name in names:
        escaped = name.replace("!", "!!").replace("%", "!%").replace("_", "!_")
        found.update(number for (number,) in select(connection, _NAMING, (f'%"{escaped}"%',)))
    return found


def kept_copies(connection: Connection) -> dict[str, datetime]:
    """Case -> when the newest of what is kept of its goods was read or made: readings and files."""
    return {number: from_micros(int(at)) for number, at in select(connection, _COPIES)}


def last_reading(connection: Connection, number: str) -> KeptReading | None:
    """The last whole reading of a case's goods."""
    rows = select(connection, _LAST, (number,))
    if not rows:
        return None
    reading, case, key, arrival, at = rows[0]
    return KeptReading(reading, case, key, int(arrival), from_micros(int(at)))


def part_of(connection: Connection, reading: str, sort: str, after: int, most: int) -> list[Any]:
    """So many rows in their order, after the first `after`."""
    return [json_value(row[0]) for row in select(connection, _PART, (reading, sort, most, after))]


def part_without(
    connection: Connection, reading: str, sort: str, keys: Collection[str], after: int, most: int
) -> list[Any]:
    """As `part_of`, of those with none of these keys."""
    text = _LEFT.replace("{keys}", _KEYS[connection.dialect.name])
    values = (reading, sort, json_text(list(keys)), most, after)
    return [json_value(row[0]) for row in select(connection, text, values)]


def rows_with(connection: Connection, reading: str, sort: str, keys: Collection[str]) -> dict[str, Any]:
    """Key -> row, of those with one of these keys."""
    if not keys:
        return {}
    text = _AMONG.replace("{keys}", _KEYS[connection.dialect.name])
    rows = select(connection, text, (reading, sort, json_text(list(keys))))
    return {key: json_value(body) for key, body in rows}


def keys_of(connection: Connection, reading: str, sort: str) -> list[str]:
    """Every key of a sort."""
    return [row[0] for row in select(connection, _ALL_KEYS, (reading, sort))]


def by_key(connection: Connection, reading: str, sort: str, key: str, number: int) -> list[Any]:
    """(key, number, row) in the order of keys behind that one, a part of them; [] behind the last."""
    rows = select(connection, _BY_KEY, (reading, sort, key, number, _AT_ONCE))
    return [(key, int(number), json_value(body)) for key, number, body in rows]


def by_rank(connection: Connection, reading: str, sort: str, last: tuple[bytes, int], most: int) -> list[Any]:
    """(rank, number, row) in their order behind the `last` one, so many of them; [] behind all."""
    rows = select(connection, _BEHIND, (reading, sort, *last, most))
    return [(bytes(rank), int(number), json_value(body)) for rank, number, body in rows]


def count_newer(connection: Connection, arrival: int, most: int) -> int:
    """How many statements were taken in since then; no more than `most` are counted."""
    return int(select(connection, _NEWER, (arrival, most))[0][0])
