"""Plans of checks, and random draws with what they are drawn from.

Halves of a seed are kept nowhere: a department shows its own when the draw is made.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from trace.store.base import metadata

check_item = Table(
    "check_item",
    metadata,
    Column("number", Text, primary_key=True),  # of department, firm, year and reason: planned twice, once
    Column("department", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("month", Integer, nullable=False),
    Column("party", Text, nullable=False),
    Column("grade", Text, nullable=False),  # as it was when it was planned, "" for none
    Column("why", Text, nullable=False),  # full | cadence | cause
    Column("reason", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("ended_by", Text, nullable=False),
    Column("ended_why", Text, nullable=False),
    Index(None, "department", "year"),
    Index(None, "party"),
)

draw_plan = Table(
    "draw_plan",
    metadata,
    Column("digest", Text, primary_key=True),  # the plan's hash
    Column("title", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

penalty_publication = Table(
    "penalty_publication",
    metadata,
    Column("record", Text, primary_key=True),  # the statement of the penalty
    Column("published_on", Text, nullable=False),  # day
    Column("place", Text, nullable=False),  # where it can be read
    Column("person", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
