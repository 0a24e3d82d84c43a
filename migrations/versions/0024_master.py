"""Products and places by who stated them, company prefixes: whose word about a number counts.

Revision ID: 0024
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0014"
branch_labels = None
depends_on = None

_PACKERS = (sa.Column("packers", sa.Text, nullable=False),)


def upgrade() -> None:
    for kind, more in (("place", ()), ("product", _PACKERS)):
        op.execute(f"CREATE TEMPORARY TABLE said AS SELECT urn, id, data FROM {kind}")  # noqa: S608 - ours
        op.drop_table(kind)
        op.create_table(
            kind,
            sa.Column("urn", sa.Text, nullable=False),
            sa.Column("stater", sa.Text, nullable=False),
            sa.Column("id", sa.BigInteger, nullable=False),
            sa.Column("official", sa.Integer, nullable=False),
            *more,
            sa.Column("data", sa.Text, nullable=False),
            sa.PrimaryKeyConstraint("urn", "stater", name=f"pk_{kind}"),
        )
        empty = "'', " if more else ""
        op.execute(
            f"INSERT INTO {kind} SELECT said.urn, statement.iss, said.id, 0, {empty}said.data "  # noqa: S608
            "FROM said JOIN statement ON statement.id = (said.id & -256)"
        )
        op.execute("DROP TABLE said")
    op.add_column("licence", sa.Column("prefix", sa.Text))
    op.add_column("licence", sa.Column("since", sa.Text))
    op.create_index("ix_licence_prefix", "licence", ["prefix"])


def downgrade() -> None:
    op.drop_index("ix_licence_prefix", "licence")
    for column in ("since", "prefix"):
        op.drop_column("licence", column)
    for kind in ("place", "product"):
        op.execute(f"CREATE TEMPORARY TABLE said AS SELECT urn, max(id) AS id FROM {kind} GROUP BY urn")  # noqa: S608
        op.execute(
            f"CREATE TEMPORARY TABLE told AS SELECT said.urn, said.id, {kind}.data FROM said "  # noqa: S608
            f"JOIN {kind} ON {kind}.id = said.id AND {kind}.urn = said.urn"
        )
        op.drop_table(kind)
        op.create_table(
            kind,
            sa.Column("urn", sa.Text, nullable=False),
            sa.Column("id", sa.BigInteger, nullable=False),
            sa.Column("data", sa.Text, nullable=False),
            sa.PrimaryKeyConstraint("urn", name=f"pk_{kind}"),
        )
        op.execute(f"INSERT INTO {kind} SELECT urn, id, data FROM told")  # noqa: S608
        op.execute("DROP TABLE said")
        op.execute("DROP TABLE told")
