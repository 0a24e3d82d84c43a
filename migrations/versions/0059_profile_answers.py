"""Answers of firms that a licence that changed makes no change of their profile.

Revision ID: 0059
Revises: 0050
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "profile_answer",
        sa.Column("firm", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("as_of", sa.BigInteger, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("firm", "at"),
    )


def downgrade() -> None:
    op.drop_table("profile_answer")
