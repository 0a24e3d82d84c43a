"""Documents for systems of others and from them, and when each system was last heard.

Revision ID: 0076
Revises: 0074
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0074"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outgoing_document",
        sa.Column("id", sa.Text, primary_key=True),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("system", "type", "source", "party", "document", "state")
        ),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("made_at", "due_at", "attempts")),
        sa.Column("receipt", sa.Text),
        sa.Column("last_error", sa.Text),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_outgoing_document_system_state", "outgoing_document", ["system", "state"])
    op.create_index(
        "ix_outgoing_document_system_type_source", "outgoing_document", ["system", "type", "source"]
    )
    op.create_table(
        "system_contact",
        sa.Column("system", sa.Text, primary_key=True),
        sa.Column("planned", sa.BigInteger, nullable=False),
        sa.Column("cursor", sa.Text, nullable=False),
        sa.Column("tried_at", sa.BigInteger),
        sa.Column("heard_at", sa.BigInteger),
        sa.Column("error", sa.Text, nullable=False),
    )
    op.create_table(
        "received_document",
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("system", "number", "type", "document", "unfit", "department", "area", "state")
        ),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("moved_by", sa.Text, nullable=False),
        sa.Column("moved_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("system", "number", name="pk_received_document"),
    )
    op.create_index("ix_received_document_state_department", "received_document", ["state", "department"])


def downgrade() -> None:
    for table in ("received_document", "system_contact", "outgoing_document"):
        op.drop_table(table)
