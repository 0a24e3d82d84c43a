"""Villages and who is responsible for them, append-only.

Revision ID: 0073
Revises: 0072
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

SQLITE_REFUSAL = """
CREATE TRIGGER grid_word_no_{verb} BEFORE {event} ON grid_word
BEGIN SELECT RAISE(ABORT, 'append-only: grid_word'); END
"""
POSTGRESQL_NO_CHANGE = """
CREATE TRIGGER grid_word_append_only BEFORE UPDATE OR DELETE ON grid_word
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""
POSTGRESQL_NO_TRUNCATE = """
CREATE TRIGGER grid_word_no_truncate BEFORE TRUNCATE ON grid_word
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    op.create_table(
        "grid_word",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("village", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("officer", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("party", sa.Text, nullable=False),
    )
    op.create_index("ix_grid_word_village_id", "grid_word", ["village", "id"])
    if op.get_context().dialect.name == "postgresql":
        op.execute(POSTGRESQL_NO_CHANGE)
        op.execute(POSTGRESQL_NO_TRUNCATE)
    else:
        for verb, event in (("change", "UPDATE"), ("removal", "DELETE")):
            op.execute(SQLITE_REFUSAL.format(verb=verb, event=event))


def downgrade() -> None:
    op.drop_table("grid_word")
