"""Photographs, the terms that names are found by, recalls by their state and by who ordered them.

Revision ID: 0038
Revises: 0035
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "photo",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("stmt", sa.Text, nullable=False),
        sa.Column("kept", sa.Text, nullable=False),
        sa.Column("width", sa.BigInteger, nullable=False),
        sa.Column("height", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("stored_at", sa.BigInteger, nullable=False),
        sa.Column("erased_at", sa.BigInteger),
    )
    op.create_table(
        "search_term",
        sa.Column("term", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("urn", sa.Text, nullable=False),
        sa.Column("stater", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("term", "kind", "urn", "stater", name="pk_search_term"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_term_of", "search_term", ["kind", "urn", "stater"])
    op.create_index("ix_pack_product", "pack", ["product", "id"])
    op.create_index("ix_goods_order_state", "goods_order", ["kind", "state"])
    op.create_index("ix_goods_order_iss", "goods_order", ["iss"])


def downgrade() -> None:
    op.drop_index("ix_goods_order_iss", "goods_order")
    op.drop_index("ix_goods_order_state", "goods_order")
    op.drop_index("ix_pack_product", "pack")
    op.drop_table("search_term")
    op.drop_table("photo")
