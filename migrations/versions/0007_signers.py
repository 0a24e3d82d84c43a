"""Who signed each checkpoint, in one row by size, so that a fully cosigned one is found by one look-up.

Revision ID: 0007
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None

# A copy frozen in time: the tables of trace.store may move on, this revision may not.
metadata = sa.MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "ix": "ix_%(table_name)s_%(column_0_N_name)s"}
)
BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

log_signers = sa.Table(
    "log_signers",
    metadata,
    sa.Column("size", BigKey, primary_key=True, autoincrement=False),
    sa.Column("signers", sa.Text, nullable=False),
    sa.Index(None, "signers", "size"),
)
BY_WITNESS = "ix_log_cosignature_witness_size"

SQLITE_KNOWN = """
INSERT INTO log_signers (size, signers)
SELECT size, group_concat(witness, char(10))
FROM (SELECT DISTINCT size, witness FROM log_cosignature ORDER BY size, witness) GROUP BY size
"""
SQLITE_NEW = """
CREATE TRIGGER log_cosignature_signers AFTER INSERT ON log_cosignature
BEGIN
    INSERT INTO log_signers (size, signers) VALUES (NEW.size, NEW.witness)
    ON CONFLICT (size) DO UPDATE SET signers = (
        SELECT group_concat(witness, char(10))
        FROM (SELECT DISTINCT witness FROM log_cosignature WHERE size = NEW.size ORDER BY witness));
END
"""
POSTGRESQL_KNOWN = """
INSERT INTO log_signers (size, signers)
SELECT size, string_agg(DISTINCT witness, E'\\n' ORDER BY witness) FROM log_cosignature GROUP BY size
"""
# What two transactions know of one size is put together: neither sees the other's line.
POSTGRESQL_NOTE = """
CREATE FUNCTION note_signers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO log_signers (size, signers) VALUES (NEW.size, NEW.witness)
    ON CONFLICT (size) DO UPDATE SET signers = (
        SELECT string_agg(DISTINCT one, E'\\n' ORDER BY one)
        FROM unnest(string_to_array(log_signers.signers, E'\\n') || excluded.signers) AS one);
    RETURN NULL;
END $$
"""
POSTGRESQL_NEW = """
CREATE TRIGGER log_cosignature_signers AFTER INSERT ON log_cosignature
FOR EACH ROW EXECUTE FUNCTION note_signers()
"""
SQLITE = (SQLITE_KNOWN, SQLITE_NEW)
POSTGRESQL = (POSTGRESQL_KNOWN, POSTGRESQL_NOTE, POSTGRESQL_NEW)


def upgrade() -> None:
    op.execute(CreateTable(log_signers))
    for index in log_signers.indexes:
        op.execute(CreateIndex(index))
    op.create_index(BY_WITNESS, "log_cosignature", ["witness", "size"])
    postgresql = op.get_context().dialect.name == "postgresql"
    for statement in POSTGRESQL if postgresql else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP TRIGGER log_cosignature_signers ON log_cosignature")
        op.execute("DROP FUNCTION note_signers()")
    else:
        op.execute("DROP TRIGGER log_cosignature_signers")
    op.drop_index(BY_WITNESS, "log_cosignature")
    op.execute(DropTable(log_signers))
