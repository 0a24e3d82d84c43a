"""Checks of online listings by an authority.

Revision ID: 0102
Revises: 0101
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0102"
down_revision = "0101"
branch_labels = None
depends_on = None

_TEXTS = (
    *("authority", "department", "area", "platform", "shop", "address", "product", "seller", "mark"),
    *("standing", "result", "faults", "words", "paper", "checked_on", "made_by"),
)


def upgrade() -> None:
    op.create_table(
        "listing_check",
        sa.Column("number", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in _TEXTS),
        sa.Column("made_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_listing_check_area", "listing_check", ["area"])


def downgrade() -> None:
    op.drop_index("ix_listing_check_area", "listing_check")
    op.drop_table("listing_check")
