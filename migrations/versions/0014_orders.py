"""Orders on goods, a projection, and how they end: recalled codes set free, disposals that a bureau saw.

Revision ID: 0014
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0023"
branch_labels = None
depends_on = None

BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "goods_order",
        sa.Column("id", BigKey, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("iss", sa.Text, nullable=False),
        sa.Column("matter", sa.Text, nullable=False),
        sa.Column("level", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("ended_by", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_goods_order"),
    )
    op.create_index("ix_goods_order_matter", "goods_order", ["matter"])
    op.add_column("code_interval", sa.Column("ended_by", sa.BigInteger))
    op.add_column("report", sa.Column("asked", sa.Integer, nullable=False, server_default="1"))
    op.add_column("disposal", sa.Column("witnessed_by", sa.BigInteger))


def downgrade() -> None:
    op.drop_column("disposal", "witnessed_by")
    op.drop_column("report", "asked")
    op.drop_column("code_interval", "ended_by")
    op.drop_index("ix_goods_order_matter", "goods_order")
    op.drop_table("goods_order")
