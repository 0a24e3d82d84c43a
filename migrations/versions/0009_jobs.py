"""Jobs: what is to be done later or again and again, by one process at a time.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# A copy frozen in time: the tables of trace.store may move on, this revision may not.
metadata = sa.MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "ix": "ix_%(table_name)s_%(column_0_N_name)s"}
)

job = sa.Table(
    "job",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("due_at", sa.BigInteger, nullable=False),
    sa.Column("every", sa.BigInteger),
    sa.Column("attempts", sa.BigInteger, nullable=False),
    sa.Column("holder", sa.Text),
    sa.Column("leased_until", sa.BigInteger),
    sa.Column("done_at", sa.BigInteger),
    sa.Column("last_error", sa.Text),
    sa.Column("open", sa.BigInteger, nullable=False),
    sa.Index("ix_job_open", "open", "due_at"),
)


def upgrade() -> None:
    op.execute(CreateTable(job))
    for index in job.indexes:
        op.execute(CreateIndex(index))


def downgrade() -> None:
    op.execute(DropTable(job))
