"""Who is responsible for which village: each word of it a row, the last one counts. No projection."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text

from trace.store.base import BigKey, metadata

grid_word = Table(
    "grid_word",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("village", Text, nullable=False),  # GB/T 2260 with town and village, 12 digits
    Column("name", Text, nullable=False),
    Column("officer", Text, nullable=False),  # "" for nobody
    Column("at", BigInteger, nullable=False),
    Column("person", Text, nullable=False),  # who said so
    Column("party", Text, nullable=False),  # for which authority
    Index(None, "village", "id"),
)
