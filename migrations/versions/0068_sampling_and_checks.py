"""Plans of sampling and checks, the way of samples, summaries, risk grades, draws, published penalties.

Revision ID: 0068
Revises: 0067
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

APPEND_ONLY = ("sample_step", "sampling_photo", "sampling_summary", "risk_grade", "penalty_publication")
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
TABLES = (
    *("sampling_item", "sample_step", "sampling_photo", "sampling_summary", "risk_grade", "check_item"),
    *("draw_plan", "penalty_publication"),
)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]


def _at(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=True)


def upgrade() -> None:
    op.create_table(
        "sampling_item",
        _key("number"),
        *_text("department", "area", "authority"),
        *_numbers("year", "quarter"),
        *_text("kind", "signal", "party", "product", "items"),
        *_numbers("count"),
        *_text("reason", "person"),
        *_at("at"),
        sa.Column("ended_at", sa.BigInteger),
        *_text("ended_by", "ended_why"),
    )
    op.create_index("ix_sampling_item_department_year", "sampling_item", ["department", "year"])
    op.create_table(
        "sample_step",
        *_text("record"),
        *_numbers("seq"),
        *_text("event"),
        *_at("happened_at", "noted_at"),
        *_text("person", "party", "note"),
        sa.PrimaryKeyConstraint("record", "seq", name="pk_sample_step"),
    )
    op.create_table(
        "sampling_photo",
        _key("digest"),
        *_text("authority", "media"),
        sa.Column("body", sa.LargeBinary, nullable=False),
        *_at("at"),
        *_text("person"),
    )
    op.create_table(
        "sampling_summary",
        *_text("authority", "month"),
        *_numbers("revision"),
        *_text("digest", "document"),
        *_at("at"),
        *_text("person"),
        sa.PrimaryKeyConstraint("authority", "month", "revision", name="pk_sampling_summary"),
    )
    op.create_table(
        "risk_grade",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        *_text("party", "grade", "since", "reason", "authority", "person"),
        *_at("at"),
    )
    op.create_index("ix_risk_grade_party", "risk_grade", ["party"])
    op.create_table(
        "check_item",
        _key("number"),
        *_text("department", "area", "authority"),
        *_numbers("year", "month"),
        *_text("party", "grade", "why", "reason", "person"),
        *_at("at"),
        sa.Column("ended_at", sa.BigInteger),
        *_text("ended_by", "ended_why"),
    )
    op.create_index("ix_check_item_department_year", "check_item", ["department", "year"])
    op.create_index("ix_check_item_party", "check_item", ["party"])
    op.create_table(
        "draw_plan",
        _key("digest"),
        *_text("title", "document", "authority", "area", "person"),
        *_at("at"),
    )
    op.create_table(
        "penalty_publication", _key("record"), *_text("published_on", "place", "person"), *_at("at")
    )
    if op.get_context().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(POSTGRESQL_NO_CHANGE.format(table=table))
            op.execute(POSTGRESQL_NO_TRUNCATE.format(table=table))
    else:
        for table in APPEND_ONLY:
            for verb, event in (("change", "UPDATE"), ("removal", "DELETE")):
                op.execute(SQLITE_REFUSAL.format(table=table, verb=verb, event=event))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
