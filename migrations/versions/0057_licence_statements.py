"""Statements about licences are found without reading all statements.

Revision ID: 0057
Revises: 0051
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0051"
branch_labels = None
depends_on = None

OF_LICENCES = sa.text("typ = 'master.licence'")


def upgrade() -> None:
    op.create_index(
        "ix_statement_licence",
        "statement",
        ["arrival"],
        sqlite_where=OF_LICENCES,
        postgresql_where=OF_LICENCES,
    )


def downgrade() -> None:
    op.drop_index("ix_statement_licence", "statement")
