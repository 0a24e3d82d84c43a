"""The table of what authorities enter of producers: SC licence, trace system, staff, grade; append-only."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, Table, Text

from trace.store.base import metadata

register_entry = Table(
    "register_entry",
    metadata,
    Column("firm", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("content", Text, nullable=False),  # JSON
    Column("since", Text, nullable=False),  # the day from which it is so
    Column("until", Text, nullable=False),  # the last day on which it is, "" while none is known
    Column("evidence", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("origin", Text, nullable=False),  # "page", or the SHA-256 of the list that it was read from
    Column("authority", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),  # the person's, as it was then
    PrimaryKeyConstraint("firm", "kind", "seq"),
)
