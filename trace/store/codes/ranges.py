"""Ranges of serials and what became of them, as rows and as the values of `trace.codes.ranges`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.chain.chain_state import ChainState
from trace.codes.intervals import Interval, Intervals
from trace.codes.ranges import CodeRange, Standing
from trace.store.base import from_micros
from trace.store.bulk import select
from trace.store.query import rows_where

_RANGE: Final = (
    "SELECT code_range.lot, code_range.scope, code_range.epoch, code_range.first, code_range.count, lot.urn, "
    "lot.batch_no, "
    "NOT EXISTS (SELECT 1 FROM pack WHERE pack.lot = code_range.lot AND pack.code_level = 'item') "
    "FROM code_range JOIN lot ON lot.id = code_range.lot WHERE {by} {{among}} "
    "ORDER BY code_range.epoch, code_range.first"
)
_OF_SCOPE: Final = _RANGE.format(by="code_range.scope")
_OF_LOT: Final = _RANGE.format(by="code_range.lot")
_OF_URN: Final = _RANGE.format(by="lot.urn")
_CHANGES: Final = (
    "SELECT lot, standing, first, count FROM code_interval WHERE lot {among} AND ended_by IS NULL"
)
_OF_CODE: Final = (
    "SELECT code_interval.standing, code_interval.ended_by IS NOT NULL, s.stmt, s.occurred_at "
    "FROM code_interval JOIN lot ON lot.id = code_interval.lot "
    "JOIN statement AS s ON s.id = (code_interval.id & -256) "
    "WHERE lot.urn = ? AND code_interval.first <= ? AND code_interval.first + code_interval.count > ? "
    "ORDER BY code_interval.id"
)
_COUNTERS: Final = "SELECT scope, epoch, next FROM code_counter WHERE scope {among}"
_SCOPES: Final = "SELECT DISTINCT scope FROM code_counter ORDER BY scope LIMIT ?"
_NAMED: Final = (
    "SELECT pack.platform_code, lot.urn FROM pack JOIN lot ON lot.id = pack.lot "
    "WHERE pack.platform_code {among}"
)


@dataclass(frozen=True, slots=True)
class StoredRange:
    """A range as it stands, with the batch that people know its lot by. `codes.subject` is the lot's urn.

    `of_batch`: its one code stands on every pack of the lot, since the goods have no GTIN.
    """

    lot: int
    batch_no: str
    codes: CodeRange
    of_batch: bool = False


@dataclass(frozen=True, slots=True)
class CodeChange:
    """A statement that changed how a code stands: to what, by which, when; `over`: it holds no more."""

    standing: Standing
    over: bool
    statement: str
    at: datetime


def list_ranges_of_scope(connection: Connection, scope: str) -> list[StoredRange]:
    """Every range of a scope by epoch and first counter; two queries."""
    return _ranges(connection, rows_where(connection, _OF_SCOPE, [scope]))


def list_changes_of_code(connection: Connection, lot: str, counter: int) -> list[CodeChange]:
    """What became of one code of a lot, in the order in which it was stated."""
    return [
        CodeChange(Standing(standing), bool(over), stmt, from_micros(at))
        for standing, over, stmt, at in select(connection, _OF_CODE, (lot, counter, counter))
    ]


def list_scopes(connection: Connection, most: int) -> list[str]:
    """Scopes of which codes were given out, at most so many."""
    return [scope for (scope,) in select(connection, _SCOPES, (most,))]


def read_ranges(connection: Connection, urns: Iterable[str]) -> list[StoredRange]:
    """The ranges of these lots; a lot without serials has none."""
    return _ranges(connection, rows_where(connection, _OF_URN, urns))


def read_next_counters(connection: Connection, scopes: Iterable[str]) -> dict[tuple[str, str], int]:
    """(scope, epoch) -> the first free counter; absent where none was given yet."""
    return {(scope, epoch): due for scope, epoch, due in rows_where(connection, _COUNTERS, scopes)}


def load_codes(connection: Connection, known: ChainState, lots: Iterable[int]) -> None:
    """Put the ranges of these lots into what admission knows."""
    for each in _ranges(connection, rows_where(connection, _OF_LOT, lots)):
        known.codes[each.lot] = each.codes


def read_named_lots(connection: Connection, codes: Iterable[str]) -> dict[str, str]:
    """Platform code -> the urn of the lot that has it."""
    return {row[0]: row[1] for row in rows_where(connection, _NAMED, codes)}


def _ranges(connection: Connection, found: Sequence[Any]) -> list[StoredRange]:
    parts: defaultdict[tuple[int, str], list[Interval]] = defaultdict(list)
    for lot, standing, first, count in rows_where(connection, _CHANGES, {row[0] for row in found}):
        parts[lot, standing].append(Interval(first, count))
    made = []
    for lot, scope, epoch, first, count, urn, batch_no, of_batch in found:
        active, recalled, void = (Intervals.of(parts[lot, each]) for each in _CHANGED)
        codes = CodeRange(scope, epoch, Interval(first, count), urn, active, recalled, void)
        made.append(StoredRange(lot, batch_no, codes, bool(of_batch)))
    return made


_CHANGED: Final = (Standing.ACTIVE.value, Standing.RECALLED.value, Standing.VOID.value)
