"""The table of licences that firms ask an authority to state; no projection: what counts is in the log."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text

from trace.store.base import metadata

licence_request = Table(
    "licence_request",
    metadata,
    Column("id", Text, primary_key=True),
    Column("iss", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("data", Text, nullable=False),  # of the master.licence that the authority signs, as JSON
    Column("note", Text, nullable=False),  # where it can be checked
    Column("state", Text, nullable=False),  # asked | accepted | refused
    Column("asked_at", BigInteger, nullable=False),
    Column("decided_at", BigInteger),
    Column("decided_by", Text),
    Column("reason", Text),
    Column("batch", Text),
    Index(None, "iss"),
    Index(None, "state", "asked_at"),
)
