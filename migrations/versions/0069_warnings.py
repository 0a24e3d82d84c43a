"""Warnings with their runs, and the history of what authorities keep about risks.

Revision ID: 0069
Revises: 0068
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

SQLITE_REFUSAL = """
CREATE TRIGGER risk_event_no_{verb} BEFORE {event} ON risk_event
BEGIN SELECT RAISE(ABORT, 'append-only: risk_event'); END
"""
POSTGRESQL_REFUSAL = """
CREATE TRIGGER risk_event_append_only BEFORE UPDATE OR DELETE ON risk_event
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""
POSTGRESQL_NO_TRUNCATE = """
CREATE TRIGGER risk_event_no_truncate BEFORE TRUNCATE ON risk_event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _number(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "warning",
        sa.Column("number", sa.Text, primary_key=True),
        *_text("key", "rule", "rule_since", "party", "area", "department", "subject", "records", "figures"),
        *_number("found_at", "seen_at"),
        *_text("state", "became", "reference", "reason", "person"),
        sa.Column("decided_at", sa.BigInteger),
    )
    op.create_index("ix_warning_key", "warning", ["key"])
    op.create_index("ix_warning_department_state", "warning", ["department", "state"])
    op.create_index("ix_warning_party", "warning", ["party"])
    op.create_table(
        "warning_run",
        sa.Column("at", sa.BigInteger, primary_key=True, autoincrement=False),
        *_text("rules"),
        *_number("found", "fresh", "closed"),
    )
    op.create_table(
        "risk_event",
        *_text("what", "number"),
        *_number("seq"),
        *_text("event"),
        *_number("at"),
        *_text("person", "name", "party", "why", "detail"),
        sa.PrimaryKeyConstraint("what", "number", "seq", name="pk_risk_event"),
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute(POSTGRESQL_REFUSAL)
        op.execute(POSTGRESQL_NO_TRUNCATE)
    else:
        for verb, event in (("change", "UPDATE"), ("removal", "DELETE")):
            op.execute(SQLITE_REFUSAL.format(verb=verb, event=event))


def downgrade() -> None:
    for table in ("risk_event", "warning_run", "warning"):
        op.drop_table(table)
