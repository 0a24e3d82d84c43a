"""Hand-overs, claims on them, and links that were taken away: projections of both sides' statements.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INDEXES = {
    "handover": {
        "stmt": ["stmt"],
        "lot": ["lot"],
        "from_lot": ["from_lot"],
        "shipper": ["shipper", "id"],
        "receiver": ["receiver", "id"],
    },
    "claim": {
        "handover_stmt": ["handover_stmt"],
        "named_lot": ["named_lot"],
        "named_key": ["named_key"],
        "lot": ["lot"],
        "handover": ["handover"],
        "claimant": ["claimant", "id"],
    },
    "former": {"above": ["above"], "above_name": ["above_name"], "below": ["below"]},
}


def upgrade() -> None:
    op.create_table(
        "handover",
        sa.Column("id", BigKey, autoincrement=False, nullable=False),
        sa.Column("stmt", sa.Text, nullable=False),
        sa.Column("shipper", sa.Text, nullable=False),
        sa.Column("lot", sa.BigInteger, nullable=False),
        sa.Column("from_lot", sa.BigInteger, nullable=False),
        sa.Column("to", sa.Text, nullable=False),
        sa.Column("receiver", sa.Text),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("found", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_handover"),
    )
    op.create_table(
        "claim",
        sa.Column("id", BigKey, autoincrement=False, nullable=False),
        sa.Column("lot", sa.BigInteger, nullable=False),
        sa.Column("claimant", sa.Text, nullable=False),
        sa.Column("handover_stmt", sa.Text),
        sa.Column("named_lot", sa.Text),
        sa.Column("named_key", sa.Text),
        sa.Column("through", sa.Integer, nullable=False),
        sa.Column("complete", sa.Integer, nullable=False),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("handover", sa.BigInteger),
        sa.Column("paired_by", sa.BigInteger),
        sa.Column("denied_by", sa.BigInteger),
        sa.Column("lapsed", sa.Integer, nullable=False),
        sa.Column("found", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_claim"),
    )
    op.create_table(
        "former",
        sa.Column("id", BigKey, autoincrement=False, nullable=False),
        sa.Column("below", sa.BigInteger, nullable=False),
        sa.Column("above", sa.BigInteger),
        sa.Column("above_name", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("quantity", sa.BigInteger),
        sa.Column("unit", sa.Text),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("ended_by", sa.BigInteger),
        sa.Column("found", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_former"),
    )
    for table, indexes in _INDEXES.items():
        for name, columns in indexes.items():
            op.create_index(f"ix_{table}_{name}", table, columns)


def downgrade() -> None:
    for table, indexes in reversed(_INDEXES.items()):
        for name in indexes:
            op.drop_index(f"ix_{table}_{name}", table)
        op.drop_table(table)
