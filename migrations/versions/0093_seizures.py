"""Seizures of both departments: under which document, until when, their one extension, their end.

Revision ID: 0093
Revises: 0092
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0093"
down_revision = "0092"
branch_labels = None
depends_on = None


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "seizure",
        sa.Column("number", sa.Text, primary_key=True),
        *_text("authority", "department", "area", "firm", "object", "what", "document_no", "basis"),
        *_text("lots", "record", "since", "until", "extended_on", "extended_by", "extended_until"),
        *_text("ended_on", "outcome", "state", "made_by"),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        *_text("done_by"),
        sa.Column("done_at", sa.BigInteger),
    )
    op.create_index("ix_seizure_area_firm", "seizure", ["area", "firm"])


def downgrade() -> None:
    op.drop_table("seizure")
