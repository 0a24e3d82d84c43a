"""Mock recalls: the lot drawn by a seed, how long it took, what was found. No projection of the log."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, PrimaryKeyConstraint, Table, Text

from trace.store.base import metadata

mock_recall = Table(
    "mock_recall",
    metadata,
    Column("firm", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("lot", Text, nullable=False),
    Column("seed", Text, nullable=False),
    Column("night", Text, nullable=False),  # the day in Shanghai of a nightly one, else ""
    Column("took", BigInteger, nullable=False),  # microseconds from the question to the answer
    Column("figures", Text, nullable=False),  # JSON: numbers by name
    Column("analysis", Text, ForeignKey("analysis.hash"), nullable=False),
    PrimaryKeyConstraint("firm", "at"),
)
