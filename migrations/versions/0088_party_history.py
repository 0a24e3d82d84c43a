"""An index of what was said of each party, for where a firm was registered at the end of a month.

Revision ID: 0088
Revises: 0083
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0088"
down_revision = "0083"
branch_labels = None
depends_on = None

_OF_PARTIES = sa.text("typ = 'master.party'")


def upgrade() -> None:
    op.create_index(
        "ix_statement_party", "statement", ["sub"], sqlite_where=_OF_PARTIES, postgresql_where=_OF_PARTIES
    )


def downgrade() -> None:
    op.drop_index("ix_statement_party", "statement")
