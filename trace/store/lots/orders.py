"""Orders on goods as rows, with what their statements say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.chain.facts.recall import STEPS
from trace.store.base import from_micros
from trace.store.columns import json_value
from trace.store.query import rows_where

_ORDERS: Final = (
    "SELECT goods_order.id, statement.stmt, statement.typ, goods_order.kind, goods_order.iss, "
    "goods_order.matter, goods_order.level, goods_order.state, statement.occurred_at, statement.logged_at, "
    "statement.arrival, record.data "
    "FROM goods_order JOIN statement ON statement.id = goods_order.id "
    "JOIN record ON record.id = goods_order.id WHERE goods_order.id {among}"
)
_STEPS: Final = (
    "SELECT answer.about, statement.typ, statement.occurred_at, statement.logged_at FROM answer "
    "JOIN statement ON statement.id = (answer.id & -256) "
    "WHERE answer.about {among} ORDER BY statement.arrival"
)
_STEP_KINDS: Final = frozenset(step.typ for step in STEPS)
_OF_LOT: Final = (
    "SELECT lot_statement.statement FROM lot_statement "
    "JOIN goods_order ON goods_order.id = lot_statement.statement WHERE lot_statement.lot {among}"
)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order, its state, and the data of its statement."""

    id: int
    statement: str
    typ: str
    kind: str
    iss: str
    matter: str
    level: str | None
    state: str
    occurred_at: datetime
    logged_at: datetime
    arrival: int
    data: Mapping[str, Any]


def read_orders(connection: Connection, orders: Iterable[int]) -> dict[int, OrderRow]:
    """Row -> order."""
    found = {}
    for row in rows_where(connection, _ORDERS, set(orders)):
        order, stmt, typ, kind, iss, matter, level, state, occurred, logged, arrival, data = row
        found[order] = OrderRow(
            order, stmt, typ, kind, iss, matter, level, state,
            from_micros(occurred), from_micros(logged), arrival, json_value(data),
        )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of a firm's recall: when it is said to be, and when the log took it."""

    recall: str
    typ: str
    occurred_at: datetime
    logged_at: datetime


def read_recall_steps(connection: Connection, recalls: Iterable[str]) -> list[StepRow]:
    """The steps of these recalls, in order of arrival."""
    return [
        StepRow(recall, typ, from_micros(occurred), from_micros(logged))
        for recall, typ, occurred, logged in rows_where(connection, _STEPS, set(recalls))
        if typ in _STEP_KINDS
    ]


def list_orders_of(connection: Connection, lot: int) -> set[int]:
    """The orders that named the lot, those that are over too."""
    return {row for (row,) in rows_where(connection, _OF_LOT, [lot])}
