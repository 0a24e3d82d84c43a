"""Applications of organisations to be taken in.

Revision ID: 0047
Revises: 0040
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "application",
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("urn", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("filed_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("decided_at", sa.BigInteger),
        sa.Column("decided_by", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("batch", sa.Text),
        sa.UniqueConstraint("hash", name="uq_application_hash"),
    )
    op.create_index("ix_application_state_filed_at", "application", ["state", "filed_at"])
    op.create_index("ix_application_urn", "application", ["urn"])


def downgrade() -> None:
    op.drop_table("application")
