"""Under which key others mean goods that have the name of another system.

Revision ID: 0074
Revises: 0073
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None

INDEX = "ix_lot_named_key"


def upgrade() -> None:
    """The column stays empty until the tables are made again from the log, as `upgrade` does."""
    op.add_column("lot", sa.Column("named_key", sa.Text))
    named = sa.text("named_key IS NOT NULL")
    op.create_index(INDEX, "lot", ["named_key"], sqlite_where=named, postgresql_where=named)


def downgrade() -> None:
    op.drop_index(INDEX, "lot")
    op.drop_column("lot", "named_key")
