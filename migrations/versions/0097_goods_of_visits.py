"""The goods that were looked at in a visit, by department.

Revision ID: 0097
Revises: 0096
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0097"
down_revision = "0096"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visit_part", sa.Column("lots", sa.Text, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("visit_part", "lots")
