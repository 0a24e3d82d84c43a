"""Mock recalls, with the seed of their draw and how long they took.

Revision ID: 0058
Revises: 0057
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mock_recall",
        sa.Column("firm", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("lot", sa.Text, nullable=False),
        sa.Column("seed", sa.Text, nullable=False),
        sa.Column("night", sa.Text, nullable=False),
        sa.Column("took", sa.BigInteger, nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.Column("analysis", sa.Text, sa.ForeignKey("analysis.hash"), nullable=False),
        sa.PrimaryKeyConstraint("firm", "at"),
    )


def downgrade() -> None:
    op.drop_table("mock_recall")
