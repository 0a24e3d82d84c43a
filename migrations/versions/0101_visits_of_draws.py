"""Which draw a visit comes from, and why others go than were drawn.

Revision ID: 0101
Revises: 0100
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit_draw",
        sa.Column("number", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("draw", "party", "why")),
    )
    op.create_index("ix_visit_draw_draw", "visit_draw", ["draw"])


def downgrade() -> None:
    op.drop_table("visit_draw")
