"""Applications of organisations to be taken in: what they stated, and what a registrar decided."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text

from trace.store.base import metadata

application = Table(
    "application",
    metadata,
    Column("number", Text, primary_key=True),
    Column("hash", Text, nullable=False, unique=True),  # of the link by which the applicant follows it
    Column("urn", Text, nullable=False),
    Column("data", Text, nullable=False),  # JSON, as stated
    Column("filed_at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),  # filed | accepted | refused
    Column("decided_at", BigInteger),
    Column("decided_by", Text),  # a person
    Column("reason", Text),
    Column("batch", Text),  # the signing batch that holds its master.party
    Index(None, "state", "filed_at"),
    Index(None, "urn"),
)
