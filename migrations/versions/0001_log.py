"""The log, evidence, keys, tokens, outbox; and the triggers that keep the log append-only.

Revision ID: 0001
Revises: none
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# A copy frozen in time: the tables of trace.store may move on, this revision may not.
metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)
BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

sa.Table(
    "log_entry",
    metadata,
    sa.Column("idx", BigKey, primary_key=True, autoincrement=False),
    sa.Column("arrival", sa.BigInteger, nullable=False),
    sa.Column("stmt", sa.Text, nullable=False, unique=True),
    sa.Column("kid", sa.Text, nullable=False),
    sa.Column("typ", sa.Text, nullable=False),
    sa.Column("iss", sa.Text, nullable=False),
    sa.Column("stream", sa.Text, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("sub", sa.Text, nullable=False),
    sa.Column("jws", sa.Text, nullable=False),
    sa.Column("leaf", sa.Text, nullable=False),
    sa.Column("logged_at", sa.BigInteger, nullable=False),
    sa.Column("rules", sa.Text, nullable=False),
    sa.Column("via", sa.Text),
    sa.UniqueConstraint("iss", "stream", "seq"),
)

sa.Table(
    "log_tile",
    metadata,
    sa.Column("level", BigKey, primary_key=True, autoincrement=False),
    sa.Column("n", BigKey, primary_key=True, autoincrement=False),
    sa.Column("hashes", sa.LargeBinary, nullable=False),
)

sa.Table(
    "log_checkpoint",
    metadata,
    sa.Column("size", BigKey, primary_key=True, autoincrement=False),
    sa.Column("root", sa.LargeBinary, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
)
sa.Table(
    "log_cosignature",
    metadata,
    sa.Column("size", BigKey, primary_key=True, autoincrement=False),
    sa.Column("witness", sa.Text, primary_key=True),
    sa.Column("at", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("line", sa.Text, nullable=False),
)

sa.Table(
    "disclosure",
    metadata,
    sa.Column("stmt", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("encoded", sa.Text, nullable=False),
)

sa.Table(
    "evidence_entry",
    metadata,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("idx", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("arrival", sa.BigInteger, nullable=False, unique=True),
    sa.Column("stmt", sa.Text, nullable=False),
    sa.Column("kid", sa.Text, nullable=False),
    sa.Column("typ", sa.Text, nullable=False),
    sa.Column("iss", sa.Text, nullable=False),
    sa.Column("stream", sa.Text, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("sub", sa.Text, nullable=False),
    sa.Column("jws", sa.Text, nullable=False),
    sa.Column("leaf", sa.Text, nullable=False),
    sa.Column("lot_secret", sa.Text),
    sa.Column("proof", sa.Text, nullable=False),
    sa.Column("checkpoint_size", sa.BigInteger, nullable=False),
    sa.Column("existed_by", sa.BigInteger, nullable=False),
    sa.Column("received_at", sa.BigInteger, nullable=False),
    sa.Column("rules", sa.Text, nullable=False),
    sa.UniqueConstraint("origin", "stmt"),
    sa.Index(None, "stmt"),
    sa.Index(None, "sub"),
)

sa.Table(
    "evidence_checkpoint",
    metadata,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("received_at", sa.BigInteger, nullable=False),
)

sa.Table(
    "signing_key",
    metadata,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("kid", sa.Text, primary_key=True),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("jwk", sa.Text, nullable=False),
    sa.Column("entry", sa.Text, nullable=False),
    sa.Column("registered_stmt", sa.Text, nullable=False),
    sa.Column("registered_index", sa.BigInteger, nullable=False),
    sa.Column("revoked_stmt", sa.Text),
    sa.Column("revoked_index", sa.BigInteger),
    sa.Column("revoke_reason", sa.Text),
    sa.Column("invalid_from", sa.BigInteger),
    sa.Index(None, "holder"),
)

sa.Table(
    "chain_head",
    metadata,
    sa.Column("iss", sa.Text, primary_key=True),
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("stmt", sa.Text, nullable=False),
)

sa.Table(
    "api_token",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("revoked_at", sa.BigInteger),
    sa.Index(None, "holder"),
)

sa.Table(
    "outbox",
    metadata,
    sa.Column("id", BigKey, primary_key=True, autoincrement=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("due_at", sa.BigInteger, nullable=False),
    sa.Column("attempts", sa.BigInteger, nullable=False),
    sa.Column("done_at", sa.BigInteger),
    sa.Column("last_error", sa.Text),
    sa.Index("ix_outbox_open", "done_at", "due_at"),
)

sa.Table(
    "feed_cursor",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("cursor", sa.Text, nullable=False),
    sa.Column("etag", sa.Text),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
)

sa.Table(
    "upload_job",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("stmt", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("due_at", sa.BigInteger, nullable=False),
    sa.Column("attempts", sa.BigInteger, nullable=False),
    sa.Column("receipt", sa.Text),
    sa.Column("last_error", sa.Text),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("target", "stmt"),
    sa.Index(None, "state", "due_at"),
)
sa.Table(
    "shared_counter",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)

IMMUTABLE = ("log_entry", "log_checkpoint", "log_cosignature", "evidence_entry", "evidence_checkpoint")

SQLITE_REFUSAL = """
CREATE TRIGGER {table}_no_{verb} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END
"""
# A tile is filled from the left: hashes may be added to it, none may change.
SQLITE_TILE_GROWS = """
CREATE TRIGGER log_tile_grows BEFORE UPDATE ON log_tile
WHEN NEW.level <> OLD.level OR NEW.n <> OLD.n
     OR substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes
BEGIN SELECT RAISE(ABORT, 'append-only: log_tile'); END
"""

POSTGRESQL_REFUSAL = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
POSTGRESQL_NO_CHANGE = """
CREATE TRIGGER {table}_append_only BEFORE {events} ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""
POSTGRESQL_NO_TRUNCATE = """
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
POSTGRESQL_TILE_GROWS = """
CREATE TRIGGER log_tile_grows BEFORE UPDATE ON log_tile FOR EACH ROW
WHEN (NEW.level <> OLD.level OR NEW.n <> OLD.n
      OR substring(NEW.hashes FROM 1 FOR octet_length(OLD.hashes)) <> OLD.hashes)
EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    for table in metadata.sorted_tables:
        op.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda each: str(each.name)):
            op.execute(CreateIndex(index))
    if op.get_context().dialect.name == "postgresql":
        _protect_postgresql()
    else:
        _protect_sqlite()


def _protect_sqlite() -> None:
    for table in IMMUTABLE:
        op.execute(SQLITE_REFUSAL.format(table=table, verb="update", event="UPDATE"))
    for table in (*IMMUTABLE, "log_tile"):
        op.execute(SQLITE_REFUSAL.format(table=table, verb="delete", event="DELETE"))
    op.execute(SQLITE_TILE_GROWS)


def _protect_postgresql() -> None:
    """Besides the triggers: run the service as a role without ownership of these tables, granted only
    SELECT and INSERT on them (and UPDATE on log_tile), so that it cannot drop a trigger either."""
    op.execute(POSTGRESQL_REFUSAL)
    for table in IMMUTABLE:
        op.execute(POSTGRESQL_NO_CHANGE.format(table=table, events="UPDATE OR DELETE"))
    op.execute(POSTGRESQL_NO_CHANGE.format(table="log_tile", events="DELETE"))
    op.execute(POSTGRESQL_TILE_GROWS)
    for table in (*IMMUTABLE, "log_tile"):
        op.execute(POSTGRESQL_NO_TRUNCATE.format(table=table))


def downgrade() -> None:
    for table in reversed(metadata.sorted_tables):
        op.execute(DropTable(table))
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
