"""The papers that firms chose in forms: since when each is kept, and whether a signed record names it.

The bytes lie in the firm's folder; no projection of the log.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Table, Text

from trace.store.base import metadata

kept_paper = Table(
    "kept_paper",
    metadata,
    Column("firm", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("kept_at", BigInteger, nullable=False),  # when it was last chosen
    Column("named_at", BigInteger),  # when a signed record was found that names it: kept for good
    PrimaryKeyConstraint("firm", "sha256", name="pk_kept_paper"),
)
