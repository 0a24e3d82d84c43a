"""Complaints name the department that has to act, until when, and who took the last step.

Revision ID: 0035
Revises: 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("complaint", sa.Column("department", sa.Text, nullable=False, server_default="market"))
    op.add_column("complaint", sa.Column("due_at", sa.BigInteger))
    op.add_column("complaint", sa.Column("moved_by", sa.Text))


def downgrade() -> None:
    for name in ("moved_by", "due_at", "department"):
        op.drop_column("complaint", name)
