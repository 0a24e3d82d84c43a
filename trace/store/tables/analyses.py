"""Analyses by their hash, and for whom each was made. No projections of the log: replay leaves them alone."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, PrimaryKeyConstraint, Table, Text

from trace.store.base import metadata

analysis = Table(
    "analysis",
    metadata,
    Column("hash", Text, primary_key=True),  # hex SHA-256 of the document
    Column("name", Text, nullable=False),  # of the question
    Column("about", Text, nullable=False),  # the party or lot that it is about, or ""
    Column("document", LargeBinary, nullable=False),  # deflated
)

# `reader` is a party's urn, or `area:` and the region of the authority that asked.
analysis_reader = Table(
    "analysis_reader",
    metadata,
    Column("hash", Text, ForeignKey("analysis.hash"), nullable=False),
    Column("reader", Text, nullable=False),
    Column("asked_at", BigInteger, nullable=False),  # the first time
    Column("asked_by", Text, nullable=False),
    PrimaryKeyConstraint("hash", "reader"),
    Index("ix_analysis_reader_reader", "reader", "asked_at"),
)

# What somebody of an authority handed in; its answer is an analysis, or a refusal.
analysis_run = Table(
    "analysis_run",
    metadata,
    Column("number", Text, primary_key=True),  # drawn from the key of its form: sent twice it is one
    Column("authority", Text, nullable=False),  # the party whose people may open it
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),  # of the question
    Column("asked", Text, nullable=False),  # JSON
    Column("actor", Text, nullable=False),  # JSON: with whose sight it is answered
    Column("purpose", Text, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),  # waiting, working, done, refused
    Column("phase", Text, nullable=False),  # what is being done, "" before
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),  # 0: nobody knows yet
    Column("ended_at", BigInteger),
    Column("hash", Text, ForeignKey("analysis.hash")),
    Column("problem", Text),  # JSON: code and parameters of a refusal
    Index("ix_analysis_run_authority", "authority", "asked_at"),
)
