"""Who stands in for whom, for a time; a signed draft names in whose place it was signed.

Revision ID: 0081
Revises: 0077
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0077"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deputy",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("organisation", sa.Text, sa.ForeignKey("organisation.urn"), nullable=False),
        sa.Column("giver", sa.Text, sa.ForeignKey("membership.id"), nullable=False),
        sa.Column("deputy", sa.Text, sa.ForeignKey("membership.id"), nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("begins_at", sa.BigInteger, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
        sa.Column("given_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sa.Column("revoked_by", sa.Text),
    )
    op.create_index("ix_deputy_organisation", "deputy", ["organisation"])
    op.create_index("ix_deputy_deputy_ends_at", "deputy", ["deputy", "ends_at"])
    op.add_column("signing_draft", sa.Column("instead_of", sa.Text))


def downgrade() -> None:
    op.drop_column("signing_draft", "instead_of")
    op.drop_table("deputy")
