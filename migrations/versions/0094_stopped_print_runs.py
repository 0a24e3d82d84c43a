"""What came out of the printer of a run, as somebody reported it, and the run that another one goes on with.

Revision ID: 0094
Revises: 0093
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0094"
down_revision = "0093"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("print_run", sa.Column("of_run", sa.Text))
    op.create_index("ix_print_run_of_run", "print_run", ["of_run"])
    op.create_table(
        "print_report",
        sa.Column("run", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("good", sa.BigInteger, nullable=False),
        sa.Column("out", sa.BigInteger, nullable=False),
        sa.Column("reported_by", sa.Text, nullable=False),
        sa.Column("reported_at", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("print_report")
    op.drop_index("ix_print_run_of_run", "print_run")
    op.drop_column("print_run", "of_run")
