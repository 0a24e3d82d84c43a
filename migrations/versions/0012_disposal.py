"""Goods disposed of, a projection of `food.disposal`.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "disposal",
        sa.Column("id", BigKey, autoincrement=False, nullable=False),
        sa.Column("lot", sa.BigInteger, nullable=False),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("manner", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("superseded_by", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_disposal"),
    )
    op.create_index("ix_disposal_lot", "disposal", ["lot"])


def downgrade() -> None:
    op.drop_index("ix_disposal_lot", "disposal")
    op.drop_table("disposal")
