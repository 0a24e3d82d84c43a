"""Tables of the monthly forms that authorities froze, and of what people did with each.

No projections: a form is what somebody built on a day, and stands as its bytes. Both are append-only.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from trace.store.base import metadata

monthly_form = Table(
    "monthly_form",
    metadata,
    Column("hash", Text, primary_key=True),  # hex SHA-256 of the document
    Column("month", Text, nullable=False),  # YYYY-MM, or YYYY of the summary of a year
    Column("area", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("replaces", Text, nullable=False),  # hash of the revision before it, "" for the first
    Column("built_by", Text, nullable=False),  # a person
    Column("built_at", BigInteger, nullable=False),
    Column("document", LargeBinary, nullable=False),  # deflated
    UniqueConstraint("authority", "month", "revision"),
    Index(None, "month", "area"),
)

monthly_form_step = Table(
    "monthly_form_step",
    metadata,
    Column("hash", Text, nullable=False),  # of a form, or of a month's summary of tests
    Column("seq", Integer, nullable=False),
    Column("step", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),  # as it was then
    Column("why", Text, nullable=False),
    Column("detail", Text, nullable=False),  # the batch that waits for a signature, "" for none
    PrimaryKeyConstraint("hash", "seq"),
)
