"""What shoppers send (complaints, wishes to have something tested), and originals of test reports.

Revision ID: 0005
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

revision = "0005"
down_revision = "0006"
branch_labels = None
depends_on = None

# A copy frozen in time: the tables of trace.store may move on, this revision may not.
metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)
BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

sa.Table(
    "complaint",
    metadata,
    sa.Column("id", BigKey, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("lot", sa.Text),
    sa.Column("batch_no", sa.Text),
    sa.Column("holder", sa.Text),
    sa.Column("printed", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("answer", sa.Text),
    sa.Column("filed_at", sa.BigInteger, nullable=False),
    sa.Column("forwarded_at", sa.BigInteger),
    sa.Column("answered_at", sa.BigInteger),
    sa.Column("ends_at", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("number"),
    sa.Index("ix_complaint_holder_id", "holder", "id"),
    sa.Index("ix_complaint_ends_at", "ends_at"),
)

sa.Table(
    "complaint_contact",
    metadata,
    sa.Column("complaint", BigKey, primary_key=True, autoincrement=False),
    sa.Column("contact", sa.Text, nullable=False),
    sa.Column("ends_at", sa.BigInteger, nullable=False),
    sa.Index("ix_complaint_contact_ends_at", "ends_at"),
)

sa.Table(
    "test_request",
    metadata,
    sa.Column("voter", sa.Text, primary_key=True),
    sa.Column("product", sa.Text, nullable=False),
    sa.Column("lot", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("ends_at", sa.BigInteger, nullable=False),
    sa.Index("ix_test_request_product_lot", "product", "lot"),
    sa.Index("ix_test_request_ends_at", "ends_at"),
)

sa.Table(
    "report_file",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("stmt", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("stored_at", sa.BigInteger, nullable=False),
)


def upgrade() -> None:
    for table in metadata.sorted_tables:
        op.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda each: str(each.name)):
            op.execute(CreateIndex(index))


def downgrade() -> None:
    for table in reversed(metadata.sorted_tables):
        op.execute(DropTable(table))
