"""Whose a case is, and how its limits were counted: both append-only.

Words on cases from before are made from their transfers, as far as these tell.

Revision ID: 0077
Revises: 0076
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None

TABLES = ("case_competence", "case_deadline")
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
CASES = "SELECT number, received_at, department, area FROM case_file ORDER BY number"
MOVES = (
    "SELECT e.number, e.seq, e.event, e.at, o.department, o.region FROM case_event AS e "
    "LEFT JOIN organisation AS o ON o.urn = e.party "
    "WHERE e.event IN ('transfer', 'receive-transfer') ORDER BY e.number, e.seq"
)
WORD = (
    "INSERT INTO case_competence (number, at, part, department, area, authority) "
    "VALUES (:number, :at, 'lead', :department, :area, '')"
)


def upgrade() -> None:
    op.create_table(
        "case_competence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("authority", sa.Text, nullable=False),
    )
    for columns in (("number",), ("authority",), ("department", "area")):
        op.create_index(f"ix_case_competence_{'_'.join(columns)}", "case_competence", list(columns))
    op.create_table(
        "case_deadline",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("duty", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("ends", sa.BigInteger, nullable=False),
        sa.Column("provisional", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("rules", sa.Text, nullable=False),
    )
    op.create_index("ix_case_deadline_number", "case_deadline", ["number"])
    _say_what_was()
    for table in TABLES:
        _guard(table)


def _guard(table: str) -> None:
    """Nothing of it is changed or removed."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(POSTGRESQL_NO_CHANGE.format(table=table))
        op.execute(POSTGRESQL_NO_TRUNCATE.format(table=table))
    else:
        for verb, event in (("change", "UPDATE"), ("removal", "DELETE")):
            op.execute(SQLITE_REFUSAL.format(table=table, verb=verb, event=event))


def _say_what_was() -> None:
    """One word for whoever leads a case now, and one for each that handed it over before."""
    connection = op.get_bind()
    moves: dict[str, list[sa.Row[Any]]] = {}
    for row in connection.execute(sa.text(MOVES)):
        moves.setdefault(row.number, []).append(row)
    for case in connection.execute(sa.text(CASES)).all():
        since, given = case.received_at, None
        for move in moves.get(case.number, ()):
            if move.event == "transfer":
                given = move
            elif given is not None and given.department:
                _word(connection, case.number, since, given.department, _digits(given.region))
                since, given = move.at, None
        _word(connection, case.number, since, case.department, case.area)


def _digits(region: str) -> str:
    if not region.isdigit():
        return ""  # the whole country
    while region.endswith("00"):
        region = region[:-2]
    return region


def _word(connection: sa.Connection, number: str, at: int, department: str, area: str) -> None:
    told = {"number": number, "at": at, "department": department, "area": area}
    connection.execute(sa.text(WORD), told)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
