"""Open marks and open disputes by an index of their own, so that gates are asked through them.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OPEN_MARK, OPEN_DISPUTE = sa.text("cleared_by IS NULL"), sa.text("outcome IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_mark_open", "mark", ["code", "lot"], sqlite_where=OPEN_MARK, postgresql_where=OPEN_MARK
    )
    op.create_index(
        "ix_dispute_open", "dispute", ["lot"], sqlite_where=OPEN_DISPUTE, postgresql_where=OPEN_DISPUTE
    )


def downgrade() -> None:
    op.drop_index("ix_dispute_open", "dispute")
    op.drop_index("ix_mark_open", "mark")
