"""Statements of a signer by moment: what a second device states again is found at once.

Revision ID: 0029
Revises: 0027
"""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_statement_iss", "statement")
    op.create_index("ix_statement_iss", "statement", ["iss", "occurred_at"])


def downgrade() -> None:
    op.drop_index("ix_statement_iss", "statement")
    op.create_index("ix_statement_iss", "statement", ["iss"])
