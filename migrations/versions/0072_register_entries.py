"""What authorities enter of producers on the register, each with its evidence; nothing is changed later.

Revision ID: 0072
Revises: 0071
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

SQLITE_REFUSAL = """
CREATE TRIGGER register_entry_no_{verb} BEFORE {event} ON register_entry
BEGIN SELECT RAISE(ABORT, 'append-only: register_entry'); END
"""
POSTGRESQL = (
    """CREATE TRIGGER register_entry_append_only BEFORE UPDATE OR DELETE ON register_entry
FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER register_entry_no_truncate BEFORE TRUNCATE ON register_entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)
TEXTS = ("content", "since", "until", "evidence", "why", "origin", "authority", "person", "name")


def upgrade() -> None:
    op.create_table(
        "register_entry",
        sa.Column("firm", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in TEXTS),
        sa.PrimaryKeyConstraint("firm", "kind", "seq", name="pk_register_entry"),
    )
    if op.get_context().dialect.name == "postgresql":
        for text in POSTGRESQL:
            op.execute(text)
    else:
        for verb, event in (("change", "UPDATE"), ("removal", "DELETE")):
            op.execute(SQLITE_REFUSAL.format(verb=verb, event=event))


def downgrade() -> None:
    op.drop_table("register_entry")
