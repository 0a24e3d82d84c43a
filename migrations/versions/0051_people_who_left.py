"""Tokens and keys of people who left, tries counted for all workers, what a file shows before it is read.

Revision ID: 0051
Revises: 0054
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_token", sa.Column("given_to", sa.Text))
    op.add_column("key_request", sa.Column("batch", sa.Text))
    op.add_column("invitation", sa.Column("lost", sa.Text))
    op.create_table(
        "stopped_key",
        sa.Column("kid", sa.Text, primary_key=True),
        sa.Column("iss", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("stopped_at", sa.BigInteger, nullable=False),
        sa.Column("stopped_by", sa.Text, nullable=False),
    )
    op.create_index("ix_stopped_key_iss", "stopped_key", ["iss"])
    op.create_table(
        "counted_try",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True
        ),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_counted_try_key_at", "counted_try", ["key", "at"])
    op.create_index("ix_counted_try_until", "counted_try", ["until"])
    op.create_table(
        "upload_look",
        sa.Column("upload", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("upload", "place", name="pk_upload_look"),
    )


def downgrade() -> None:
    op.drop_table("upload_look")
    op.drop_table("counted_try")
    op.drop_table("stopped_key")
    op.drop_column("invitation", "lost")
    op.drop_column("key_request", "batch")
    op.drop_column("api_token", "given_to")
