"""The goods of a case as they were read last, in pages, where they are too many to be read at each look.

Revision ID: 0091
Revises: 0090
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0090"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_goods",
        sa.Column("reading", sa.Text, primary_key=True),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, sa.ForeignKey("analysis.hash")),
        sa.Column("arrival", sa.BigInteger, nullable=False),
        sa.Column("read_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_case_goods_number_read_at", "case_goods", ["number", "read_at"])
    op.create_table(
        "case_goods_row",
        sa.Column("reading", sa.Text, nullable=False),
        sa.Column("sort", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("rank", sa.LargeBinary, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("reading", "sort", "number", name="pk_case_goods_row"),
    )
    for by in ("rank", "key"):
        columns = ["reading", "sort", by, "number"]
        op.create_index(f"ix_case_goods_row_{'_'.join(columns)}", "case_goods_row", columns)


def downgrade() -> None:
    op.drop_table("case_goods_row")
    op.drop_table("case_goods")
