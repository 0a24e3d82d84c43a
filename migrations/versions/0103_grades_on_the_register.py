"""Risk grades of the plan of checks go onto the register: a grade has one place.

They were stated with a reason and without points, and stand so on the register: with no points, the reason as
their evidence, in order of the time at which they were stated.

Revision ID: 0103
Revises: 0102
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0103"
down_revision = "0102"
branch_labels = None
depends_on = None

ORIGIN = "check-plan"
WHY = "原在检查计划页评定，没有逐项记分"
SQLITE_REFUSAL = """
CREATE TRIGGER risk_grade_no_{verb} BEFORE {event} ON risk_grade
BEGIN SELECT RAISE(ABORT, 'append-only: risk_grade'); END
"""
POSTGRESQL_REFUSALS = (
    """CREATE TRIGGER risk_grade_append_only BEFORE UPDATE OR DELETE ON risk_grade
    FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER risk_grade_no_truncate BEFORE TRUNCATE ON risk_grade
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)
_STATED = "SELECT party, grade, since, reason, authority, person, at FROM risk_grade ORDER BY id"
_LAST = "SELECT firm, MAX(seq) FROM register_entry WHERE kind = 'risk_grade' GROUP BY firm"
_ENTER = sa.text(
    "INSERT INTO register_entry "
    "(firm, kind, seq, at, content, since, until, evidence, why, origin, authority, person, name) VALUES "
    "(:firm, 'risk_grade', :seq, :at, :content, :since, '', :evidence, "
    ":why, :origin, :authority, :person, :name)"
)


def _pairs(connection: sa.Connection, statement: str) -> list[tuple[str, Any]]:
    return [(one, other) for one, other in connection.execute(sa.text(statement))]


def upgrade() -> None:
    connection = op.get_bind()
    last = Counter(dict(_pairs(connection, _LAST)))
    names = dict(_pairs(connection, "SELECT id, name FROM person"))
    for party, grade, since, reason, authority, person, at in connection.execute(sa.text(_STATED)).all():
        last[party] += 1
        content = {"grade": grade, "points": [], "total": 0}
        given = {"firm": party, "seq": last[party], "at": at, "since": since, "evidence": reason}
        given |= {"authority": authority, "person": person, "name": names.get(person, "")}
        given |= {"content": json.dumps(content), "why": WHY, "origin": ORIGIN}
        connection.execute(_ENTER, given)
    op.drop_index("ix_risk_grade_party", "risk_grade")
    op.drop_table("risk_grade")


def downgrade() -> None:
    """The table empty again: what was moved stays on the register, where nothing is removed."""
    op.create_table(
        "risk_grade",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("party", "grade", "since", "reason", "authority", "person")
        ),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_risk_grade_party", "risk_grade", ["party"])
    if op.get_context().dialect.name == "postgresql":
        for refusal in POSTGRESQL_REFUSALS:
            op.execute(refusal)
    else:
        for verb, event in (("change", "UPDATE"), ("removal", "DELETE")):
            op.execute(SQLITE_REFUSAL.format(verb=verb, event=event))
