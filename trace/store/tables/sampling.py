"""Plans of sampling, what becomes of a sample on its way to the laboratory, photographs, and summaries.

The signed record is the sample; these rows are the work around it. Steps and summaries are append-only: a
trigger refuses their change and removal.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

from trace.store.base import metadata

sampling_item = Table(
    "sampling_item",
    metadata,
    Column("number", Text, primary_key=True),  # of duty, object and period: planned twice it stands once
    Column("department", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("quarter", Integer, nullable=False),  # 0: of the whole year
    Column("kind", Text, nullable=False),  # annual | follow_up | special | monitoring
    Column("signal", Text, nullable=False),
    Column("party", Text, nullable=False),  # "" where any firm will do
    Column("product", Text, nullable=False),
    Column("items", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),  # given up, with the reason
    Column("ended_by", Text, nullable=False),
    Column("ended_why", Text, nullable=False),
    Index(None, "department", "year"),
)

sample_step = Table(
    "sample_step",
    metadata,
    Column("record", Text, nullable=False),  # the statement of the sampling
    Column("seq", Integer, nullable=False),
    Column("event", Text, nullable=False),  # handed_over | received | seal_broken
    Column("happened_at", BigInteger, nullable=False),
    Column("noted_at", BigInteger, nullable=False),
    Column("person", Text, nullable=False),
    Column("party", Text, nullable=False),
    Column("note", Text, nullable=False),
    PrimaryKeyConstraint("record", "seq", name="pk_sample_step"),
)

sampling_photo = Table(
    "sampling_photo",
    metadata,
    Column("digest", Text, primary_key=True),  # SHA-256, hex
    Column("authority", Text, nullable=False),
    Column("media", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("person", Text, nullable=False),
)

sampling_summary = Table(
    "sampling_summary",
    metadata,
    Column("authority", Text, nullable=False),
    Column("month", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("person", Text, nullable=False),
    PrimaryKeyConstraint("authority", "month", "revision", name="pk_sampling_summary"),
)
