"""Files of cases with very many lots, kept in parts as a job made them.

Revision ID: 0096
Revises: 0095
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0096"
down_revision = "0095"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_export",
        sa.Column("export", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("number", "sort", "language")),
        sa.Column("hash", sa.Text, sa.ForeignKey("analysis.hash")),
        *(
            sa.Column(name, sa.BigInteger, nullable=False)
            for name in ("size", "arrival", "read_at", "made_at")
        ),
    )
    columns = ["number", "sort", "language", "made_at"]
    op.create_index(f"ix_case_export_{'_'.join(columns)}", "case_export", columns)
    op.create_table(
        "case_export_part",
        sa.Column("export", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("export", "number", name="pk_case_export_part"),
    )


def downgrade() -> None:
    op.drop_table("case_export_part")
    op.drop_table("case_export")
