"""Counted scans of codes, their tallies and baselines, alerts, and attempts at hidden codes.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# A copy frozen in time: the tables of trace.store may move on, this revision may not.
metadata = sa.MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"}
)
BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

sa.Table(
    "scan",
    metadata,
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("region", sa.Text),
    sa.Column("device", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("code", "at", "device"),
    sa.Index("ix_scan_at", "at"),
    sqlite_with_rowid=False,
)

sa.Table(
    "scan_tally",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("lot", sa.Text),
    sa.Column("scans", sa.BigInteger, nullable=False),
    sa.Column("devices", sa.BigInteger, nullable=False),
    sa.Column("occasions", sa.BigInteger, nullable=False),
    sa.Column("cities", sa.BigInteger, nullable=False),
    sa.Column("first_at", sa.BigInteger, nullable=False),
    sa.Column("first_region", sa.Text),
    sa.Column("last_at", sa.BigInteger, nullable=False),
    sa.Column("suspicion", sa.Text, nullable=False),
    sa.Column("reasons", sa.Text, nullable=False),
    sa.Column("odds", sa.BigInteger, nullable=False),
    sa.Index("ix_scan_tally_lot", "lot"),
)

sa.Table(
    "scan_baseline",
    metadata,
    sa.Column("lot", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("value", sa.BigInteger, nullable=False),
    sa.Column("codes", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("lot", "what", "value"),
    sqlite_with_rowid=False,
)

sa.Table(
    "scan_alert",
    metadata,
    sa.Column("id", BigKey, primary_key=True, autoincrement=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("lot", sa.Text),
    sa.Column("holder", sa.Text),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("reasons", sa.Text, nullable=False),
    sa.Column("odds", sa.BigInteger, nullable=False),
    sa.Column("scans", sa.BigInteger, nullable=False),
    sa.Column("raised_at", sa.BigInteger, nullable=False),
    sa.Column("acknowledged_at", sa.BigInteger),
    sa.Column("acknowledged_by", sa.Text),
    sa.Column("finding", sa.Text),
    sa.Column("found_at", sa.BigInteger),
    sa.Column("found_by", sa.Text),
    sa.UniqueConstraint("code", "kind", "level", "raised_at"),
    sa.Index("ix_scan_alert_holder", "holder", "id"),
)

sa.Table(
    "hidden_attempt",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("failures", sa.BigInteger, nullable=False),
    sa.Column("locked_until", sa.BigInteger),
    sa.Column("opened_at", sa.BigInteger),
    sa.Column("openings", sa.BigInteger, nullable=False),
)


def upgrade() -> None:
    for table in metadata.sorted_tables:
        op.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda each: str(each.name)):
            op.execute(CreateIndex(index))


def downgrade() -> None:
    for table in reversed(metadata.sorted_tables):
        op.execute(DropTable(table))
