"""Declared losses of processing, a projection of `food.production`.

Revision ID: 0020
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0022"
branch_labels = None
depends_on = None

BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "loss",
        sa.Column("id", BigKey, autoincrement=False, nullable=False),
        sa.Column("lot", sa.BigInteger, nullable=False),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("superseded_by", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_loss"),
    )
    op.create_index("ix_loss_lot", "loss", ["lot"])


def downgrade() -> None:
    op.drop_index("ix_loss_lot", "loss")
    op.drop_table("loss")
