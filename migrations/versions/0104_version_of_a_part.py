"""A part of a visit has a version of its own, and keeps how far the clock was off that filled it in.

Two departments fill in one visit on two devices: what one saves is no change of the other's part.

Revision ID: 0104
Revises: 0103
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0104"
down_revision = "0103"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visit_part", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    op.add_column("visit_part", sa.Column("clock_offset", sa.Integer))


def downgrade() -> None:
    with op.batch_alter_table("visit_part") as batch:
        batch.drop_column("clock_offset")
        batch.drop_column("version")
