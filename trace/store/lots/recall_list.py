"""Recalls as rows, the newest first, and the lots that each of them names.

A recall is found by the packs of a firm or a product too: by the marks on what lies above their newest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from trace.chain.admission.gates import RECALLED
from trace.chain.facts.recall import ANNOUNCEMENT
from trace.chain.order_effects import COMPLETED, STANDING
from trace.codes.ranges import Standing
from trace.store.base import from_micros
from trace.store.bulk import select
from trace.store.columns import json_value
from trace.store.query import rows_where

IN_FORCE: Final = (STANDING, COMPLETED)
"""States of a recall whose warning stands: that its duties are done does not make the goods good."""
_STATEMENTS_LOOKED_AT: Final = 5_000

_FROM: Final = (
    "FROM goods_order JOIN statement ON statement.id = goods_order.id "
    "LEFT JOIN statement AS ending ON ending.id = goods_order.ended_by "
    "WHERE goods_order.kind = 'recall' "
)
_NEWEST: Final = (
    f"SELECT goods_order.id, statement.arrival {_FROM}"
    f"AND goods_order.state IN ('{STANDING}', '{COMPLETED}') AND statement.arrival < ? "
    "ORDER BY statement.arrival DESC LIMIT ?"
)
_CHANGED: Final = (
    f"SELECT goods_order.id, COALESCE(ending.arrival, statement.arrival) AS changed {_FROM}"
    "ORDER BY changed DESC LIMIT ?"
)
_AMONG: Final = f"SELECT goods_order.id, statement.arrival {_FROM} AND goods_order.id {{among}}"
_BY: Final = f"SELECT goods_order.id, statement.arrival {_FROM} AND goods_order.iss {{among}}"
_NAMED: Final = "SELECT goods_order.id FROM goods_order JOIN statement ON statement.id = goods_order.id "
_ENDS: Final = (
    "SELECT goods_order.id, ending.occurred_at, ending.logged_at FROM goods_order "
    "JOIN statement AS ending ON ending.id = goods_order.ended_by WHERE goods_order.id {among}"
)
_MARKED: Final = (
    "SELECT goods_order.id, mark.lot FROM goods_order "  # noqa: S608 - ours
    "JOIN mark ON mark.id >= goods_order.id AND mark.id < goods_order.id + 256 "
    f"WHERE mark.code = '{RECALLED}' AND mark.lot IS NOT NULL AND mark.cleared_by IS NULL "
    "AND goods_order.id {among}"
)
_CODED: Final = (
    "SELECT goods_order.id, code_interval.lot FROM goods_order JOIN code_interval "  # noqa: S608 - ours
    "ON code_interval.id >= goods_order.id AND code_interval.id < goods_order.id + 256 "
    f"WHERE code_interval.standing = '{Standing.RECALLED.value}' AND code_interval.ended_by IS NULL "
    "AND goods_order.id {among}"
)
_ON: Final = (
    f"SELECT DISTINCT (mark.id & -256) FROM mark WHERE mark.code = '{RECALLED}' "  # noqa: S608 - ours
    "AND mark.cleared_by IS NULL AND mark.lot {among}"
)
_ON_CODES: Final = (
    "SELECT DISTINCT (code_interval.id & -256) FROM code_interval "  # noqa: S608 - ours
    f"WHERE code_interval.standing = '{Standing.RECALLED.value}' "
    "AND code_interval.ended_by IS NULL AND code_interval.lot {among}"
)
_ANNOUNCED: Final = (
    "SELECT answer.about, statement.occurred_at, record.data FROM answer "  # noqa: S608 - ours
    "JOIN statement ON statement.id = (answer.id & -256) JOIN record ON record.id = statement.id "
    f"WHERE statement.typ = '{ANNOUNCEMENT.typ}' AND answer.about {{among}} ORDER BY statement.arrival"
)
_PACKED_BY: Final = (
    "SELECT pack.lot FROM (SELECT id FROM statement WHERE iss = ? ORDER BY occurred_at DESC LIMIT "  # noqa: S608 - ours
    f"{_STATEMENTS_LOOKED_AT}) AS newest JOIN pack ON pack.id >= newest.id AND pack.id < newest.id + 256 "
    "ORDER BY newest.id DESC LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class RecallPlace:
    """A recall's row and its place in the order of arrival."""

    id: int
    arrival: int


@dataclass(frozen=True, slots=True)
class Announced:
    """A firm's public announcement of its recall, as it signed it."""

    at: datetime
    text: str
    published_at: str


def list_in_force(connection: Connection, before: int, most: int) -> list[RecallPlace]:
    """The recalls in force that arrived before `before`, the newest first."""
    return [RecallPlace(*row) for row in select(connection, _NEWEST, (before, most))]


def list_changed(connection: Connection, most: int) -> list[RecallPlace]:
    """Recalls by their last change, those that were lifted too, the last changed first."""
    return [RecallPlace(*row) for row in select(connection, _CHANGED, (most,))]


def find_places(connection: Connection, orders: Collection[int]) -> list[RecallPlace]:
    """Those of these rows that are recalls, in any state."""
    return [RecallPlace(*row) for row in rows_where(connection, _AMONG, orders)]


def list_by(connection: Connection, parties: Collection[str]) -> list[RecallPlace]:
    """The recalls that these parties ordered, in any state."""
    return [RecallPlace(*row) for row in rows_where(connection, _BY, parties)]


def find_recall(connection: Connection, statement: str) -> int | None:
    """The row of the recall that a statement is."""
    found = rows_where(connection, f"{_NAMED}WHERE kind = 'recall' AND statement.stmt {{among}}", [statement])
    return next((order for (order,) in found), None)


def read_named_lots(connection: Connection, orders: Collection[int]) -> dict[int, tuple[set[int], set[int]]]:
    """Recall -> (lots under it, lots of which some codes are), as far as it still holds for them."""
    found: defaultdict[int, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for place, query in enumerate((_MARKED, _CODED)):
        for order, lot in rows_where(connection, query, orders):
            found[order][place].add(lot)
    return dict(found)


def list_on(connection: Connection, lots: Collection[int]) -> set[int]:
    """The recalls that hold for one of these lots, or for codes of it."""
    return {row for query in (_ON, _ON_CODES) for (row,) in rows_where(connection, query, lots)}


def read_ends(connection: Connection, orders: Collection[int]) -> dict[int, tuple[datetime, datetime]]:
    """Recall -> (when it ended as stated, when that was logged), for those with an end."""
    return {
        order: (from_micros(said), from_micros(logged))
        for order, said, logged in rows_where(connection, _ENDS, orders)
    }


def read_announcements(connection: Connection, recalls: Iterable[str]) -> dict[str, Sequence[Announced]]:
    """Statement of a firm's recall -> its announcements, in order of arrival."""
    found: defaultdict[str, list[Announced]] = defaultdict(list)
    for recall, at, data in rows_where(connection, _ANNOUNCED, set(recalls)):
        told = json_value(data)
        found[recall].append(Announced(from_micros(at), str(told["text"]), str(told["publishedAt"])))
    return dict(found)


def list_packed_by(connection: Connection, party: str, most: int) -> list[int]:
    """Lots that the party packed itself, among its newest statements: what it received is nobody's to see."""
    return [lot for (lot,) in select(connection, _PACKED_BY, (party, most))]
