"""What somebody was told of is known by itself and not by its number alone.

Who was told before has no things on record: what waits then is told once more.

Revision ID: 0089
Revises: 0088
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0089"
down_revision = "0088"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notice_told", sa.Column("things", sa.Text, nullable=False, server_default=""))
    op.add_column("notice_told", sa.Column("newest", sa.BigInteger, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("notice_told", "newest")
    op.drop_column("notice_told", "things")
