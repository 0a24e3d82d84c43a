"""What the last changes of pages were about, so that a process lets go of those pages only.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateTable, DropTable

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# A copy frozen in time: the tables of trace.store may move on, this revision may not.
page_change = sa.Table(
    "page_change",
    sa.MetaData(naming_convention={"pk": "pk_%(table_name)s"}),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("value", sa.BigInteger, nullable=False),
    sa.Column("keys", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("name", "value"),
    sqlite_with_rowid=False,
)


def upgrade() -> None:
    op.execute(CreateTable(page_change))


def downgrade() -> None:
    op.execute(DropTable(page_change))
