"""Checks of data, the act by which an entry on a list of risks is done, the cards of an authority's members.

Revision ID: 0098
Revises: 0097
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0098"
down_revision = "0097"
branch_labels = None
depends_on = None


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "data_check",
        sa.Column("number", sa.Text, primary_key=True),
        *_text("authority", "department", "area", "firm", "purpose", "rows"),
        sa.Column("known_at", sa.BigInteger, nullable=False),
        *_text("result", "note", "act", "made_by"),
        sa.Column("made_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_data_check_area_firm", "data_check", ["area", "firm"])
    op.add_column("risk_entry", sa.Column("act", sa.Text, nullable=False, server_default=""))
    op.add_column("membership", sa.Column("card", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("membership", "card")
    op.drop_column("risk_entry", "act")
    op.drop_table("data_check")
