"""Visits of supervision: forms, visits, parts, history, photographs, signed records.

Revision ID: 0065
Revises: 0064
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

APPEND_ONLY = ("visit_form", "visit_event", "visit_paper", "visit_record")
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


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "visit_form",
        *_text("form"),
        _number("version"),
        *_text("digest", "body", "since", "why", "person"),
        _moment("at"),
        sa.PrimaryKeyConstraint("form", "version", name="pk_visit_form"),
    )
    op.create_index("ix_visit_form_digest", "visit_form", ["digest"])
    op.create_table(
        "visit",
        sa.Column("number", sa.Text, primary_key=True),
        *_text("kind", "party", "place", "area", "day", "plan", "cause", "follows", "inspectors", "state"),
        _number("version"),
        _moment("opened_at"),
        *_text("person"),
        _moment("published_at", nullable=True),
    )
    op.create_index("ix_visit_area_day", "visit", ["area", "day"])
    op.create_index("ix_visit_party", "visit", ["party"])
    op.create_table(
        "visit_part",
        *_text("number", "department", "authority", "form"),
        _number("form_version"),
        *_text("form_digest", "answers", "result", "rectify_by", "signature", "refusal", "witness"),
        *_text("position"),
        _moment("captured_at", nullable=True),
        _moment("saved_at", nullable=True),
        *_text("record"),
        _moment("signed_at", nullable=True),
        sa.PrimaryKeyConstraint("number", "department", name="pk_visit_part"),
    )
    op.create_table(
        "visit_event",
        *_text("number"),
        _number("seq"),
        *_text("event", "department"),
        _moment("at"),
        *_text("person", "name", "party", "why", "evidence", "detail"),
        sa.PrimaryKeyConstraint("number", "seq", name="pk_visit_event"),
    )
    op.create_table(
        "visit_paper",
        *_text("number", "digest", "name", "media"),
        _number("size"),
        sa.Column("body", sa.LargeBinary, nullable=False),
        *_text("item", "department"),
        _moment("captured_at", nullable=True),
        _moment("at"),
        *_text("person"),
        sa.PrimaryKeyConstraint("number", "digest", name="pk_visit_paper"),
    )
    op.create_table(
        "visit_record",
        sa.Column("record", sa.Text, primary_key=True),
        *_text("number", "kind", "department", "authority", "party", "area", "day", "result", "inspectors"),
        _number("findings"),
        *_text("rectify_by", "replaces"),
        _moment("logged_at"),
    )
    op.create_index("ix_visit_record_area_day", "visit_record", ["area", "day"])
    op.create_index("ix_visit_record_number", "visit_record", ["number"])
    op.create_index("ix_visit_record_party", "visit_record", ["party"])
    op.create_index("ix_visit_record_replaces", "visit_record", ["replaces"])
    if op.get_context().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(POSTGRESQL_NO_CHANGE.format(table=table))
            op.execute(POSTGRESQL_NO_TRUNCATE.format(table=table))
    else:
        for table in APPEND_ONLY:
            for verb, event in (("change", "UPDATE"), ("removal", "DELETE")):
                op.execute(SQLITE_REFUSAL.format(table=table, verb=verb, event=event))


def downgrade() -> None:
    for table in ("visit_record", "visit_paper", "visit_event", "visit_part", "visit", "visit_form"):
        op.drop_table(table)
