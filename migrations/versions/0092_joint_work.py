"""What two departments of an area set up and hold together: mechanisms, exchanges of risks, trainings.

Revision ID: 0092
Revises: 0091
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0092"
down_revision = "0091"
branch_labels = None
depends_on = None


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "joint_work",
        sa.Column("number", sa.Text, primary_key=True),
        *_text("authority", "department", "area", "kind", "title", "about", "proof", "since", "until"),
        *_text("state", "made_by"),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        *_text("partner", "done_by"),
        sa.Column("done_at", sa.BigInteger),
    )
    op.create_index("ix_joint_work_area_kind", "joint_work", ["area", "kind"])


def downgrade() -> None:
    op.drop_table("joint_work")
