"""Campaigns of the authorities by area, trade and season.

Revision ID: 0095
Revises: 0094
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0095"
down_revision = "0094"
branch_labels = None
depends_on = None


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("number", sa.Text, primary_key=True),
        *_text("authority", "department", "area", "title", "place", "trade", "goods", "since", "until"),
        *_text("items", "reason"),
        sa.Column("visits", sa.BigInteger, nullable=False),
        sa.Column("samples", sa.BigInteger, nullable=False),
        *_text("state", "made_by"),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        *_text("closed_on", "result", "done_by"),
        sa.Column("done_at", sa.BigInteger),
    )


def downgrade() -> None:
    op.drop_table("campaign")
