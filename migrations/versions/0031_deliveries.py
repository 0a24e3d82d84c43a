"""How far each notice of the outbox is on each channel.

Revision ID: 0031
Revises: 0029
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("notice", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("attempts", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("sent_at", sa.BigInteger),
        sa.Column("dead_at", sa.BigInteger),
        sa.Column("last_error", sa.Text),
        sa.PrimaryKeyConstraint("notice", "channel", name="pk_delivery"),
        sa.ForeignKeyConstraint(["notice"], ["outbox.id"], name="fk_delivery_notice_outbox"),
    )
    op.create_index("ix_delivery_open", "delivery", ["channel", "sent_at", "dead_at", "due_at"])


def downgrade() -> None:
    op.drop_table("delivery")
