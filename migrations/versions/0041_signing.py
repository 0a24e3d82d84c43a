"""Keys that people ask for, keys that the service holds, batches that wait for a signature.

Revision ID: 0041
Revises: 0039
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0039"
branch_labels = None
depends_on = None

_TABLES = ("signing_draft", "signing_batch", "held_key", "key_request", "key_challenge")


def upgrade() -> None:
    _keys()
    _batches()


def _keys() -> None:
    op.create_table(
        "key_challenge",
        sa.Column("challenge", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("iss", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_key_challenge_made_at", "key_challenge", ["made_at"])
    op.create_table(
        "key_request",
        sa.Column("kid", sa.Text, primary_key=True),
        sa.Column("iss", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("custody", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("decided_at", sa.BigInteger),
        sa.Column("decided_by", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("seen_at", sa.BigInteger),
    )
    op.create_index("ix_key_request_iss", "key_request", ["iss"])
    op.create_index("ix_key_request_state_asked_at", "key_request", ["state", "asked_at"])
    op.create_table(
        "held_key",
        sa.Column("kid", sa.Text, primary_key=True),
        sa.Column("iss", sa.Text, nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_held_key_iss", "held_key", ["iss"])


def _batches() -> None:
    op.create_table(
        "signing_batch",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("iss", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("signed_at", sa.BigInteger, nullable=False),
        sa.Column("anchor", sa.Text, nullable=False),
    )
    op.create_index("ix_signing_batch_iss_made_at", "signing_batch", ["iss", "made_at"])
    op.create_table(
        "signing_draft",
        sa.Column("batch", sa.Text, nullable=False),
        sa.Column("place", sa.BigInteger, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("stmt", sa.Text),
        sa.Column("log", sa.Text),
        sa.Column("idx", sa.BigInteger),
        sa.Column("marks", sa.Text),
        sa.Column("kid", sa.Text),
        sa.Column("person", sa.Text),
        sa.Column("taken_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("batch", "place", name="pk_signing_draft"),
    )
    op.create_index("ix_signing_draft_stmt", "signing_draft", ["stmt"])


def downgrade() -> None:
    for name in _TABLES:
        op.drop_table(name)
