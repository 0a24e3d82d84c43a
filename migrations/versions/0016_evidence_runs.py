"""Which places of other logs were taken in, what of them was refused, and how far a feed was read.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = ("evidence_run", "evidence_refusal")
# Unbroken runs of what is there: the difference of index and rank is the same within one.
KNOWN = """
INSERT INTO evidence_run (origin, first, last, arrival, proved)
SELECT origin, min(idx), max(idx), min(arrival), 0 FROM (
    SELECT origin, idx, arrival, idx - row_number() OVER (PARTITION BY origin ORDER BY idx) AS run
    FROM evidence_entry
) AS ranked GROUP BY origin, run
"""
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


def upgrade() -> None:
    op.create_table(
        "evidence_run",
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("arrival", sa.BigInteger, nullable=False),
        sa.Column("proved", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("origin", "first", name="pk_evidence_run"),
    )
    op.create_table(
        "evidence_refusal",
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("idx", sa.BigInteger, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("origin", "idx", name="pk_evidence_refusal"),
    )
    op.add_column("feed_cursor", sa.Column("origin", sa.Text))
    op.add_column("feed_cursor", sa.Column("through", sa.BigInteger))
    op.execute(KNOWN)
    if op.get_context().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(POSTGRESQL_NO_CHANGE.format(table=table))
            op.execute(POSTGRESQL_NO_TRUNCATE.format(table=table))
    else:
        for table in TABLES:
            for verb, event in (("change", "UPDATE"), ("removal", "DELETE")):
                op.execute(SQLITE_REFUSAL.format(table=table, verb=verb, event=event))


def downgrade() -> None:
    op.drop_column("feed_cursor", "through")
    op.drop_column("feed_cursor", "origin")
    for table in TABLES:
        op.drop_table(table)
