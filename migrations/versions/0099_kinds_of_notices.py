"""The kind of a public notice and the sources it rests on.

What was published before is a warning that names no source.

Revision ID: 0099
Revises: 0098
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0099"
down_revision = "0098"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("public_notice", sa.Column("kind", sa.Text, nullable=False, server_default="warning"))
    op.add_column("public_notice", sa.Column("sources", sa.Text, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("public_notice", "sources")
    op.drop_column("public_notice", "kind")
