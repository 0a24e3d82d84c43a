"""Since when papers are kept, and whether a signed record names them.

Papers from before get their row from the job that looks for unsigned ones; their time begins then.

Revision ID: 0083
Revises: 0082
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0083"
down_revision = "0082"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_paper",
        sa.Column("firm", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("kept_at", sa.BigInteger, nullable=False),
        sa.Column("named_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("firm", "sha256", name="pk_kept_paper"),
    )


def downgrade() -> None:
    op.drop_table("kept_paper")
