"""Analyses as documents under their hash, and for whom each was made.

Revision ID: 0053
Revises: 0047
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "analysis",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "analysis_reader",
        sa.Column("hash", sa.Text, sa.ForeignKey("analysis.hash"), nullable=False),
        sa.Column("reader", sa.Text, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("hash", "reader"),
    )
    op.create_index("ix_analysis_reader_reader", "analysis_reader", ["reader", "asked_at"])


def downgrade() -> None:
    op.drop_table("analysis_reader")
    op.drop_table("analysis")
