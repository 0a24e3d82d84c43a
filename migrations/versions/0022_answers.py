"""Answers: which statements correct, confirm, refuse or settle another.

Revision ID: 0022
Revises: 0016
Create Date: 2026-11-28
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from trace.store.base import BigKey

revision = "0022"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer",
        sa.Column("id", BigKey, autoincrement=False, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answer"),
    )
    op.create_index("ix_answer_about", "answer", ["about"])


def downgrade() -> None:
    op.drop_index("ix_answer_about", "answer")
    op.drop_table("answer")
