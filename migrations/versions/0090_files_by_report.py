"""An original of a report is kept for each report that it was sent for, and no other report takes it away.

Revision ID: 0090
Revises: 0089
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0090"
down_revision = "0089"
branch_labels = None
depends_on = None

_COLUMNS = "sha256, stmt, media_type, bytes, stored_at"


def upgrade() -> None:
    _made_anew(["sha256", "stmt"], "")


def downgrade() -> None:
    only = "WHERE stmt = (SELECT min(stmt) FROM report_file_before AS same WHERE same.sha256 = one.sha256)"
    _made_anew(["sha256"], only)


def _made_anew(key: list[str], only: str) -> None:
    op.execute(f"CREATE TABLE report_file_before AS SELECT {_COLUMNS} FROM report_file")  # noqa: S608
    op.drop_table("report_file")
    op.create_table(
        "report_file",
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("stmt", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("stored_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(*key, name="pk_report_file"),
    )
    copied = f"SELECT {_COLUMNS} FROM report_file_before AS one {only}"  # noqa: S608
    op.execute(f"INSERT INTO report_file ({_COLUMNS}) {copied}")
    op.drop_table("report_file_before")
