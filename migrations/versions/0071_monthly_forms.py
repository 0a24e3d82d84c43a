"""Monthly forms with what people did with them; records of supervision are found by their day.

Revision ID: 0071
Revises: 0070
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

APPEND_ONLY = ("monthly_form", "monthly_form_step")
SQLITE_REFUSAL = """
CREATE TRIGGER {table}_no_{verb} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END
"""
POSTGRESQL_NO_CHANGE = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""
POSTGRESQL_NO_TRUNCATE = """
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "monthly_form",
        sa.Column("hash", sa.Text, primary_key=True),
        *_text("month", "area", "authority"),
        sa.Column("revision", sa.Integer, nullable=False),
        *_text("replaces", "built_by"),
        sa.Column("built_at", sa.BigInteger, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint(
            "authority", "month", "revision", name="uq_monthly_form_authority_month_revision"
        ),
    )
    op.create_index("ix_monthly_form_month_area", "monthly_form", ["month", "area"])
    op.create_table(
        "monthly_form_step",
        *_text("hash"),
        sa.Column("seq", sa.Integer, nullable=False),
        *_text("step"),
        sa.Column("at", sa.BigInteger, nullable=False),
        *_text("person", "name", "why", "detail"),
        sa.PrimaryKeyConstraint("hash", "seq", name="pk_monthly_form_step"),
    )
    op.create_index("ix_licence_packing_licence", "licence_packing", ["licence", "statement"])
    if op.get_context().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(POSTGRESQL_NO_CHANGE.format(table=table))
            op.execute(POSTGRESQL_NO_TRUNCATE.format(table=table))
    else:
        for table in APPEND_ONLY:
            for verb, event in (("change", "UPDATE"), ("removal", "DELETE")):
                op.execute(SQLITE_REFUSAL.format(table=table, verb=verb, event=event))


def downgrade() -> None:
    op.drop_index("ix_licence_packing_licence", "licence_packing")
    op.drop_table("monthly_form_step")
    op.drop_table("monthly_form")
