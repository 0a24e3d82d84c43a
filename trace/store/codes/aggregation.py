"""Aggregation queries: what is in which container, for admission and for whoever recalls a pallet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

from trace.chain.chain_state import ChainState
from trace.chain.effects import ContainerPacked, ItemsPacked
from trace.store.query import rows_where

_ROW: Final = (
    "aggregation.id, aggregation.container, aggregation.inner_container, aggregation.lot, first, count, "
    "statement.iss"
)
_SAID: Final = "JOIN statement ON statement.id = (aggregation.id & -256)"
_OF_ITEMS: Final = (
    f"SELECT {_ROW} FROM aggregation {_SAID} WHERE lot {{among}} AND removed_by IS NULL "  # noqa: S608 - ours
    "AND first < ? AND first + count > ?"
)
_HOLDERS: Final = (
    f"SELECT {_ROW} FROM aggregation {_SAID} WHERE inner_container {{among}} AND removed_by IS NULL "  # noqa: S608
    "ORDER BY aggregation.id"
)
_CONTENTS: Final = (
    f"SELECT {_ROW}, lot.urn FROM aggregation {_SAID} "  # noqa: S608
    "LEFT JOIN lot ON lot.id = aggregation.lot "
    "WHERE container {among} AND removed_by IS NULL ORDER BY aggregation.id"
)
Packed = ItemsPacked | ContainerPacked


def load_packed(
    connection: Connection,
    known: ChainState,
    items: Iterable[tuple[str, int, int]],
    containers: Iterable[str],
) -> None:
    """Load into `known` what overlaps these items, and what these containers stand in, outwards.

    One query per lot that is named, over the span of its counters; one per level of containers.
    """
    spans: defaultdict[int, list[int]] = defaultdict(list)
    for urn, first, count in items:
        lot = known.lots.get(urn)
        if lot is not None:
            spans[lot.id] += [first, first + count]
    for lot_id, ends in spans.items():
        known.packed.update(_packed(connection, _OF_ITEMS, [lot_id], max(ends), min(ends)))
    waiting = set(containers)
    seen: set[str] = set()
    while waiting:
        found = _packed(connection, _HOLDERS, waiting)
        known.packed.update(found)
        seen |= waiting
        waiting = {each.container for each in found.values()} - seen


def read_contents(connection: Connection, containers: Iterable[str]) -> list[tuple[Packed, str | None, str]]:
    """(what is directly inside, the lot's urn for items, who stated it)."""
    return [(_read(row[:7]), row[7], row[6]) for row in rows_where(connection, _CONTENTS, containers)]


def read_packed_items(connection: Connection, lot: int, first: int, end: int) -> list[ItemsPacked]:
    """The intervals of a lot's codes that stand in containers now and meet [first, end)."""
    found = _packed(connection, _OF_ITEMS, [lot], end, first).values()
    return [each for each in found if isinstance(each, ItemsPacked)]


def read_holders(connection: Connection, inner: Iterable[str], by: str | None = None) -> dict[str, str]:
    """Container -> the container that it stands in, as `by` said, or anybody."""
    found = (
        each for each in _packed(connection, _HOLDERS, inner).values() if isinstance(each, ContainerPacked)
    )
    return {each.inner: each.container for each in found if by in {None, each.by}}


def _packed(connection: Connection, text: str, values: Iterable[object], *span: int) -> dict[int, Packed]:
    return {row[0]: _read(row) for row in rows_where(connection, text, values, *span)}


def _read(row: tuple[int, str, str | None, int, int, int, str]) -> Packed:
    number, container, inner, lot, first, count, by = row
    if inner is not None:
        return ContainerPacked(number, container, inner, by)
    return ItemsPacked(number, container, lot, first, count)
