"""The projections of the food chain: lots, links, marks, parties, certificates, packs.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# A copy frozen in time: the tables of trace.store may move on, this revision may not.
metadata = sa.MetaData(naming_convention={"pk": "pk_%(table_name)s"})
BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

sa.Table(
    "statement",
    metadata,
    sa.Column("id", BigKey, primary_key=True, autoincrement=False),
    sa.Column("stmt", sa.Text, nullable=False),
    sa.Column("typ", sa.Text, nullable=False),
    sa.Column("iss", sa.Text, nullable=False),
    sa.Column("sub", sa.Text, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("idx", sa.BigInteger, nullable=False),
    sa.Column("occurred_at", sa.BigInteger, nullable=False),
    sa.Column("logged_at", sa.BigInteger, nullable=False),
    sa.Column("arrival", sa.BigInteger, nullable=False),
    sa.Column("amended_by", sa.BigInteger),
    sa.Index("ix_statement_stmt", "stmt"),
    sa.Index("ix_statement_arrival", "arrival"),
    sa.Index("ix_statement_iss", "iss"),
)

sa.Table(
    "lot",
    metadata,
    sa.Column("id", BigKey, primary_key=True, autoincrement=False),
    sa.Column("urn", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("product", sa.Text),
    sa.Column("product_name", sa.Text, nullable=False),
    sa.Column("holder", sa.Text),
    sa.Column("place", sa.Text),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.Column("available", sa.BigInteger, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("produced_from", sa.BigInteger),
    sa.Column("produced_to", sa.BigInteger),
    sa.Column("batch_no", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Index("ix_lot_urn", "urn"),
    sa.Index("ix_lot_holder", "holder", "id"),
    sa.Index("ix_lot_batch_no", "batch_no"),
)

sa.Table(
    "link",
    metadata,
    sa.Column("to_lot", sa.BigInteger, nullable=False),
    sa.Column("from_lot", sa.BigInteger, nullable=False),
    sa.Column("id", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("taken", sa.BigInteger),
    sa.Column("taken_unit", sa.Text),
    sa.Column("given", sa.BigInteger),
    sa.Column("given_unit", sa.Text),
    sa.Column("departure_from", sa.BigInteger),
    sa.Column("departure_to", sa.BigInteger),
    sa.Column("arrival_from", sa.BigInteger),
    sa.Column("arrival_to", sa.BigInteger),
    sa.PrimaryKeyConstraint("to_lot", "from_lot", "id"),
    sa.Index(
        "ix_link_down",
        "from_lot",
        "to_lot",
        "id",
        "kind",
        "state",
        "taken",
        "taken_unit",
        "given",
        "given_unit",
        "departure_from",
        "departure_to",
        "arrival_from",
        "arrival_to",
    ),
    sa.Index("ix_link_id", "id"),
    sqlite_with_rowid=False,
)

sa.Table(
    "lot_statement",
    metadata,
    sa.Column("lot", sa.BigInteger, nullable=False),
    sa.Column("statement", sa.BigInteger, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("lot", "statement", "role"),
    sa.Index("ix_lot_statement_statement", "statement"),
    sqlite_with_rowid=False,
)

sa.Table(
    "plot_harvest",
    metadata,
    sa.Column("plot", sa.Text, nullable=False),
    sa.Column("lot", sa.BigInteger, nullable=False),
    sa.Column("first_day", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("plot", "lot"),
    sqlite_with_rowid=False,
)

sa.Table(
    "mark",
    metadata,
    sa.Column("id", BigKey, primary_key=True, autoincrement=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("lot", sa.BigInteger),
    sa.Column("gates", sa.Text, nullable=False),
    sa.Column("params", sa.Text, nullable=False),
    sa.Column("declared", sa.Text),
    sa.Column("cleared_by", sa.BigInteger),
    sa.Index("ix_mark_lot", "lot"),
)

sa.Table(
    "dispute",
    metadata,
    sa.Column("id", BigKey, primary_key=True, autoincrement=False),
    sa.Column("lot", sa.BigInteger),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("statements", sa.Text, nullable=False),
    sa.Column("claimed", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text),
    sa.Column("ended_by", sa.BigInteger),
    sa.Index("ix_dispute_lot", "lot"),
)

sa.Table(
    "party",
    metadata,
    sa.Column("urn", sa.Text, primary_key=True),
    sa.Column("id", sa.BigInteger, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
)

sa.Table(
    "place",
    metadata,
    sa.Column("urn", sa.Text, primary_key=True),
    sa.Column("id", sa.BigInteger, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
)

sa.Table(
    "product",
    metadata,
    sa.Column("urn", sa.Text, primary_key=True),
    sa.Column("id", sa.BigInteger, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
)

sa.Table(
    "licence",
    metadata,
    sa.Column("urn", sa.Text, primary_key=True),
    sa.Column("id", sa.BigInteger, nullable=False),
    sa.Column("holder", sa.Text),
    sa.Column("data", sa.Text, nullable=False),
    sa.Index("ix_licence_holder", "holder"),
)

sa.Table(
    "licence_use",
    metadata,
    sa.Column("licence", sa.Text, nullable=False),
    sa.Column("year_from", sa.Text, nullable=False),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("licence", "year_from"),
    sqlite_with_rowid=False,
)

sa.Table(
    "licence_packing",
    metadata,
    sa.Column("statement", sa.BigInteger, nullable=False),
    sa.Column("licence", sa.Text, nullable=False),
    sa.Column("year_from", sa.Text, nullable=False),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("statement", "licence", "year_from"),
    sqlite_with_rowid=False,
)

sa.Table(
    "operation",
    metadata,
    sa.Column("id", BigKey, primary_key=True, autoincrement=False),
    sa.Column("plot", sa.Text, nullable=False),
    sa.Column("operation", sa.Text, nullable=False),
    sa.Column("substance", sa.Text),
    sa.Column("used_on", sa.Text, nullable=False),
    sa.Column("stopped_on", sa.Text),
    sa.Column("phi_days", sa.Integer),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("superseded_by", sa.BigInteger),
    sa.Index("ix_operation_plot", "plot", "used_on"),
)

sa.Table(
    "certificate",
    metadata,
    sa.Column("id", BigKey, primary_key=True, autoincrement=False),
    sa.Column("lot", sa.BigInteger, nullable=False),
    sa.Column("cert_no", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("superseded_by", sa.BigInteger),
    sa.Index("ix_certificate_lot", "lot"),
    sa.Index("ix_certificate_cert_no", "cert_no"),
)

sa.Table(
    "report",
    metadata,
    sa.Column("id", BigKey, primary_key=True, autoincrement=False),
    sa.Column("lot", sa.BigInteger, nullable=False),
    sa.Column("report_no", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("conclusion", sa.Text, nullable=False),
    sa.Column("stmt", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("superseded_by", sa.BigInteger),
    sa.Index("ix_report_lot", "lot"),
    sa.Index("ix_report_report_no", "report_no"),
)

sa.Table(
    "pack",
    metadata,
    sa.Column("id", BigKey, primary_key=True, autoincrement=False),
    sa.Column("lot", sa.BigInteger, nullable=False),
    sa.Column("product", sa.Text, nullable=False),
    sa.Column("gtin", sa.Text),
    sa.Column("batch_no", sa.Text, nullable=False),
    sa.Column("platform_code", sa.Text),
    sa.Column("code_level", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Index("ix_pack_lot", "lot"),
    sa.Index("ix_pack_gtin", "gtin", "batch_no"),
    sa.Index("ix_pack_platform_code", "platform_code"),
)

sa.Table(
    "record",
    metadata,
    sa.Column("id", BigKey, primary_key=True, autoincrement=False),
    sa.Column("sub", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Index("ix_record_sub", "sub"),
)


def upgrade() -> None:
    for table in metadata.sorted_tables:
        op.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda each: str(each.name)):
            op.execute(CreateIndex(index))


def downgrade() -> None:
    for table in reversed(metadata.sorted_tables):
        op.execute(DropTable(table))
