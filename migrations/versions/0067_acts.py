"""Official acts are found by their day, without reading all statements.

Revision ID: 0067
Revises: 0065
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0065"
branch_labels = None
depends_on = None

OF_OVERSIGHT = sa.text("substr(typ, 1, 10) = 'oversight.'")


def upgrade() -> None:
    op.create_index(
        "ix_statement_oversight",
        "statement",
        ["occurred_at"],
        sqlite_where=OF_OVERSIGHT,
        postgresql_where=OF_OVERSIGHT,
    )


def downgrade() -> None:
    op.drop_index("ix_statement_oversight", "statement")
