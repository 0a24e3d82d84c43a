"""Answers that a profile needs no change; every one is kept. No projection of the log."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Table, Text

from trace.store.base import metadata

profile_answer = Table(
    "profile_answer",
    metadata,
    Column("firm", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("as_of", BigInteger, nullable=False),  # the newest change of a licence that was looked at
    Column("person", Text, nullable=False),  # the subject of who answered
    PrimaryKeyConstraint("firm", "at"),
)
