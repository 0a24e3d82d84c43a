"""Orders on goods, a projection: what a bureau or a firm ordered, and whether it still stands.

What an order does to its lots stands in `mark` under ids of the same statement.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text

from trace.store.base import BigKey, metadata

goods_order = Table(
    "goods_order",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("iss", Text, nullable=False),
    Column("matter", Text, nullable=False),
    Column("level", Text),
    Column("state", Text, nullable=False),
    Column("ended_by", BigInteger),
    Index("ix_goods_order_matter", "matter"),
    Index("ix_goods_order_state", "kind", "state"),
    Index("ix_goods_order_iss", "iss"),
)

resting = Table(
    "resting",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("woken_by", BigInteger),
    Index("ix_resting_name", "name"),
)
"""Statements (by row) that wait for a lot or a statement; woken by the one that made it known here."""
