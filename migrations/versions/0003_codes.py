"""Ranges of serials on packs, and what became of their codes.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# A copy frozen in time: the tables of trace.store may move on, this revision may not.
metadata = sa.MetaData(naming_convention={"pk": "pk_%(table_name)s"})
BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

sa.Table(
    "code_range",
    metadata,
    sa.Column("id", BigKey, primary_key=True, autoincrement=False),
    sa.Column("lot", sa.BigInteger, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("epoch", sa.Text, nullable=False),
    sa.Column("first", sa.BigInteger, nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Index("ix_code_range_lot", "lot"),
    sa.Index("ix_code_range_scope", "scope", "epoch", "first"),
)

# What became of codes, one row an act whatever its size; the parts of a range may overlap.
sa.Table(
    "code_interval",
    metadata,
    sa.Column("id", BigKey, primary_key=True, autoincrement=False),
    sa.Column("lot", sa.BigInteger, nullable=False),
    sa.Column("standing", sa.Text, nullable=False),
    sa.Column("first", sa.BigInteger, nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Index("ix_code_interval_lot", "lot"),
)

# The first counter of a scope and epoch that no pack has yet.
sa.Table(
    "code_counter",
    metadata,
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("epoch", sa.Text, nullable=False),
    sa.Column("next", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("scope", "epoch"),
    sqlite_with_rowid=False,
)

# What is in which container: items of a lot, or a whole container; no longer, once `removed_by` is set.
sa.Table(
    "aggregation",
    metadata,
    sa.Column("id", BigKey, primary_key=True, autoincrement=False),
    sa.Column("container", sa.Text, nullable=False),
    sa.Column("inner_container", sa.Text),
    sa.Column("lot", sa.BigInteger),
    sa.Column("first", sa.BigInteger),
    sa.Column("count", sa.BigInteger),
    sa.Column("removed_by", sa.BigInteger),
    sa.Index("ix_aggregation_container", "container"),
    sa.Index("ix_aggregation_inner_container", "inner_container"),
    sa.Index("ix_aggregation_lot", "lot", "first"),
)


def upgrade() -> None:
    for table in metadata.sorted_tables:
        op.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda each: str(each.name)):
            op.execute(CreateIndex(index))


def downgrade() -> None:
    for table in reversed(metadata.sorted_tables):
        op.execute(DropTable(table))
