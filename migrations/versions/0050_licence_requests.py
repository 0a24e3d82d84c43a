"""Licences that firms ask an authority to state.

Revision ID: 0050
Revises: 0058
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "licence_request",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("iss", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("decided_at", sa.BigInteger),
        sa.Column("decided_by", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("batch", sa.Text),
    )
    op.create_index("ix_licence_request_iss", "licence_request", ["iss"])
    op.create_index("ix_licence_request_state_asked_at", "licence_request", ["state", "asked_at"])


def downgrade() -> None:
    op.drop_table("licence_request")
