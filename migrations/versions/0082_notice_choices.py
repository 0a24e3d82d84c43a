"""What reaches people by mail: what each chose, of what each was told, and to whom a notice goes alone.

Revision ID: 0082
Revises: 0081
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_choice",
        sa.Column("person", sa.Text, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("pace", sa.Text, nullable=False),
        sa.Column("muted", sa.Text, nullable=False),
        sa.Column("address", sa.Text),
        sa.Column("asked", sa.Text),
        sa.Column("code_hash", sa.Text),
        sa.Column("code_ends_at", sa.BigInteger),
        sa.Column("tries_left", sa.BigInteger, nullable=False),
        sa.Column("digest_on", sa.Text),
    )
    op.create_table(
        "notice_told",
        sa.Column("person", sa.Text, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("waiting", sa.BigInteger, nullable=False),
        sa.Column("late", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("person", "organisation", "slug", name="pk_notice_told"),
    )
    op.add_column("outbox", sa.Column("person", sa.Text))


def downgrade() -> None:
    op.drop_column("outbox", "person")
    op.drop_table("notice_told")
    op.drop_table("notice_choice")
