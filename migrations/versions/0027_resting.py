"""Orders and findings wait for what they name, and what a key signed is found by the key.

Revision ID: 0027
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "resting",
        sa.Column("id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("woken_by", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", "name", name="pk_resting"),
    )
    op.create_index("ix_resting_name", "resting", ["name"])
    op.create_index("ix_log_entry_kid", "log_entry", ["kid"])
    op.create_index("ix_evidence_entry_kid", "evidence_entry", ["kid"])


def downgrade() -> None:
    op.drop_index("ix_evidence_entry_kid", "evidence_entry")
    op.drop_index("ix_log_entry_kid", "log_entry")
    op.drop_index("ix_resting_name", "resting")
    op.drop_table("resting")
