"""The index of hand-overs by addressee, filled from the disclosures that are still held.

Revision ID: 0023
Revises: 0020
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0020"
branch_labels = None
depends_on = None

_MEMBERS = frozenset({"receiver", "buyer"})


def upgrade() -> None:
    inbox = op.create_table(
        "inbox",
        sa.Column("party", sa.Text, nullable=False),
        sa.Column("stmt", sa.Text, nullable=False),
        sa.Column("salt", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("party", "stmt", name="pk_inbox"),
    )
    op.create_index("ix_inbox_stmt", "inbox", ["stmt"])
    op.create_index("ix_evidence_entry_stream", "evidence_entry", ["iss", "stream", "seq"])
    # Claims on an owner's goods are asked by the beginning of a urn, whatever the database's collation.
    op.drop_index("ix_claim_named_lot", "claim")
    op.create_index(
        "ix_claim_named_lot", "claim", ["named_lot"], postgresql_ops={"named_lot": "text_pattern_ops"}
    )
    held = op.get_bind().execute(sa.text("SELECT stmt, encoded FROM disclosure")).all()
    rows = {}
    for stmt, encoded in held:
        salt, name, value = json.loads(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
        if name in _MEMBERS and isinstance(value, str):
            rows[value, stmt] = salt
    if rows:
        op.bulk_insert(
            inbox, [{"party": party, "stmt": stmt, "salt": salt} for (party, stmt), salt in rows.items()]
        )


def downgrade() -> None:
    op.drop_index("ix_claim_named_lot", "claim")
    op.create_index("ix_claim_named_lot", "claim", ["named_lot"])
    op.drop_index("ix_evidence_entry_stream", "evidence_entry")
    op.drop_index("ix_inbox_stmt", "inbox")
    op.drop_table("inbox")
