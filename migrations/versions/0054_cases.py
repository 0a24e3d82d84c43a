"""Cases of supervision: files, history, papers, and looks at firms' data.

Revision ID: 0054
Revises: 0053
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

APPEND_ONLY = ("case_event", "case_paper", "look_at_firm")
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
        "case_file",
        sa.Column("number", sa.Text, primary_key=True),
        *_text("lot", "report", "report_no", "items", "basis", "party", "department", "area"),
        sa.Column("urgent", sa.Integer, nullable=False),
        *_text("major", "state"),
        sa.Column("version", sa.Integer, nullable=False),
        *_text("officer", "receiver", "joined_to"),
        sa.Column("result_at", sa.BigInteger, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("opened_at", sa.BigInteger),
        sa.UniqueConstraint("report", name="uq_case_file_report"),
    )
    op.create_index("ix_case_file_department_state", "case_file", ["department", "state"])
    op.create_index("ix_case_file_lot", "case_file", ["lot"])
    op.create_index("ix_case_file_party", "case_file", ["party"])
    op.create_table(
        "case_event",
        *_text("number"),
        sa.Column("seq", sa.Integer, nullable=False),
        *_text("event", "from_state", "to_state"),
        sa.Column("at", sa.BigInteger, nullable=False),
        *_text("person", "name", "party", "why", "evidence", "detail", "rules"),
        sa.PrimaryKeyConstraint("number", "seq", name="pk_case_event"),
    )
    op.create_table(
        "case_paper",
        *_text("number", "digest", "name", "media"),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        *_text("person"),
        sa.PrimaryKeyConstraint("number", "digest", name="pk_case_paper"),
    )
    op.create_table(
        "look_at_firm",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        *_text("person", "authority", "department", "party", "what", "subject", "purpose", "case_number"),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("shown_from", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_look_at_firm_party_shown_from", "look_at_firm", ["party", "shown_from"])
    op.create_index("ix_look_at_firm_authority_at", "look_at_firm", ["authority", "at"])
    if op.get_context().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(POSTGRESQL_NO_CHANGE.format(table=table))
            op.execute(POSTGRESQL_NO_TRUNCATE.format(table=table))
    else:
        for table in APPEND_ONLY:
            for verb, event in (("change", "UPDATE"), ("removal", "DELETE")):
                op.execute(SQLITE_REFUSAL.format(table=table, verb=verb, event=event))


def downgrade() -> None:
    for table in ("look_at_firm", "case_paper", "case_event", "case_file"):
        op.drop_table(table)
