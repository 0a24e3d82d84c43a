"""Projections of the food chain: what the signed statements say, ready to be asked.

Every row's key is `row_id(origin, index, ordinal)` or derives from the statement, so that replay gives the
same rows (docs/adr/0002); `id & ~255` of any row is the key of its statement in `statement`. No sequence,
trigger, foreign key or unique constraint spans holders. Times are BIGINT microseconds UTC, quantities BIGINT
millionths of the base unit beside the written unit, dates ISO text, JSON canonical text: the same bytes on
SQLite and PostgreSQL, so one table hash serves both.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, Text, text

from trace.store.base import BigKey, metadata
from trace.store.tables.handovers import HANDOVER_TABLES
from trace.store.tables.master import MASTER_TABLES
from trace.store.tables.orders import goods_order, resting

_OF_LICENCES = text("typ = 'master.licence'")
_OF_PARTIES = text("typ = 'master.party'")
_OF_OVERSIGHT = text("substr(typ, 1, 10) = 'oversight.'")

# `arrival` counts the statements as this platform took them in, own and carried over together.
statement = Table(
    "statement",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("stmt", Text, nullable=False),
    Column("typ", Text, nullable=False),
    Column("iss", Text, nullable=False),
    Column("sub", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("idx", BigInteger, nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("logged_at", BigInteger, nullable=False),
    Column("arrival", BigInteger, nullable=False),
    Column("amended_by", BigInteger),
    Index("ix_statement_stmt", "stmt"),
    Index("ix_statement_arrival", "arrival"),
    Index("ix_statement_iss", "iss", "occurred_at"),
    Index("ix_statement_licence", "arrival", sqlite_where=_OF_LICENCES, postgresql_where=_OF_LICENCES),
    Index("ix_statement_party", "sub", sqlite_where=_OF_PARTIES, postgresql_where=_OF_PARTIES),
    Index(
        "ix_statement_oversight",
        "occurred_at",
        sqlite_where=_OF_OVERSIGHT,
        postgresql_where=_OF_OVERSIGHT,
    ),
)

_NAMED_LOT = text("named_key IS NOT NULL")
lot = Table(
    "lot",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("urn", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("product", Text),
    Column("product_name", Text, nullable=False),
    Column("holder", Text),
    Column("place", Text),
    Column("quantity", BigInteger, nullable=False),
    Column("available", BigInteger, nullable=False),
    Column("unit", Text, nullable=False),
    Column("produced_from", BigInteger),
    Column("produced_to", BigInteger),
    Column("batch_no", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("named_key", Text),
    Index("ix_lot_urn", "urn"),
    Index("ix_lot_holder", "holder", "id"),
    Index("ix_lot_batch_no", "batch_no"),
    Index("ix_lot_named_key", "named_key", sqlite_where=_NAMED_LOT, postgresql_where=_NAMED_LOT),
)

# Narrow and asked one level at a time in both directions: the key serves the way up, a covering index the
# way down, and SQLite keeps no third copy (WITHOUT ROWID). Units ride along: a trace reads nothing else.
link = Table(
    "link",
    metadata,
    Column("to_lot", BigInteger, nullable=False),
    Column("from_lot", BigInteger, nullable=False),
    Column("id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("taken", BigInteger),
    Column("taken_unit", Text),
    Column("given", BigInteger),
    Column("given_unit", Text),
    Column("departure_from", BigInteger),
    Column("departure_to", BigInteger),
    Column("arrival_from", BigInteger),
    Column("arrival_to", BigInteger),
    PrimaryKeyConstraint("to_lot", "from_lot", "id"),
    Index(
        "ix_link_down",
        "from_lot",
        "to_lot",
        "id",
        "kind",
        "state",
        "taken",
        "taken_unit",
        "given",
        "given_unit",
        "departure_from",
        "departure_to",
        "arrival_from",
        "arrival_to",
    ),
    Index("ix_link_id", "id"),
    sqlite_with_rowid=False,
)

lot_statement = Table(
    "lot_statement",
    metadata,
    Column("lot", BigInteger, nullable=False),
    Column("statement", BigInteger, nullable=False),
    Column("role", Text, nullable=False),
    PrimaryKeyConstraint("lot", "statement", "role"),
    Index("ix_lot_statement_statement", "statement"),
    sqlite_with_rowid=False,
)

plot_harvest = Table(
    "plot_harvest",
    metadata,
    Column("plot", Text, nullable=False),
    Column("lot", BigInteger, nullable=False),
    Column("first_day", Text, nullable=False),
    PrimaryKeyConstraint("plot", "lot"),
    sqlite_with_rowid=False,
)

# Gates are asked through what is open, which is little beside all that ever was.
_OPEN_MARK, _OPEN_DISPUTE = text("cleared_by IS NULL"), text("outcome IS NULL")

mark = Table(
    "mark",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("rule", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("lot", BigInteger),
    Column("gates", Text, nullable=False),  # slugs between blanks
    Column("params", Text, nullable=False),
    Column("declared", Text),
    Column("cleared_by", BigInteger),  # the statement that cleared it
    Index("ix_mark_lot", "lot"),
    Index("ix_mark_open", "code", "lot", sqlite_where=_OPEN_MARK, postgresql_where=_OPEN_MARK),
)

dispute = Table(
    "dispute",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("lot", BigInteger),
    Column("subject", Text, nullable=False),
    Column("statements", Text, nullable=False),
    Column("claimed", Text, nullable=False),
    Column("outcome", Text),
    Column("ended_by", BigInteger),
    Index("ix_dispute_lot", "lot"),
    Index("ix_dispute_open", "lot", sqlite_where=_OPEN_DISPUTE, postgresql_where=_OPEN_DISPUTE),
)

licence_use = Table(
    "licence_use",
    metadata,
    Column("licence", Text, nullable=False),
    Column("year_from", Text, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("unit", Text, nullable=False),
    PrimaryKeyConstraint("licence", "year_from"),
    sqlite_with_rowid=False,
)

# What one statement packed under a licence, so that a correction can take exactly that back.
licence_packing = Table(
    "licence_packing",
    metadata,
    Column("statement", BigInteger, nullable=False),
    Column("licence", Text, nullable=False),
    Column("year_from", Text, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("unit", Text, nullable=False),
    PrimaryKeyConstraint("statement", "licence", "year_from"),
    Index("ix_licence_packing_licence", "licence", "statement"),
    sqlite_with_rowid=False,
)

operation = Table(
    "operation",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("plot", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("substance", Text),
    Column("used_on", Text, nullable=False),
    Column("stopped_on", Text),
    Column("phi_days", Integer),
    Column("data", Text, nullable=False),
    Column("superseded_by", BigInteger),
    Index("ix_operation_plot", "plot", "used_on"),
)

certificate = Table(
    "certificate",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("lot", BigInteger, nullable=False),
    Column("cert_no", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("superseded_by", BigInteger),
    Index("ix_certificate_lot", "lot"),
    Index("ix_certificate_cert_no", "cert_no"),
)

report = Table(
    "report",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("lot", BigInteger, nullable=False),
    Column("report_no", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("conclusion", Text, nullable=False),
    Column("stmt", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("superseded_by", BigInteger),
    Index("ix_report_lot", "lot"),
    Index("ix_report_report_no", "report_no"),
)

disposal = Table(
    "disposal",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("lot", BigInteger, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("unit", Text, nullable=False),
    Column("manner", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("superseded_by", BigInteger),
    Column("witnessed_by", BigInteger),  # a bureau's statement that it saw it
    Index("ix_disposal_lot", "lot"),
)

loss = Table(
    "loss",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("lot", BigInteger, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("unit", Text, nullable=False),
    Column("superseded_by", BigInteger),
    Index("ix_loss_lot", "lot"),
)

pack = Table(
    "pack",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("lot", BigInteger, nullable=False),
    Column("product", Text, nullable=False),
    Column("gtin", Text),
    Column("batch_no", Text, nullable=False),
    Column("platform_code", Text),
    Column("code_level", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("data", Text, nullable=False),
    Index("ix_pack_lot", "lot"),
    Index("ix_pack_product", "product", "id"),
    Index("ix_pack_gtin", "gtin", "batch_no"),
    Index("ix_pack_platform_code", "platform_code"),
)

code_range = Table(
    "code_range",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("lot", BigInteger, nullable=False),
    Column("scope", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
    Index("ix_code_range_lot", "lot"),
    Index("ix_code_range_scope", "scope", "epoch", "first"),
)

# The editions of logs: which doors their later entries came through.
edition = Table(
    "edition",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("origin", Text, nullable=False),
    Column("idx", BigInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    Index("ix_edition_origin", "origin", "idx"),
)

# What became of codes, one row an act whatever its size; the parts of a range may overlap.
code_interval = Table(
    "code_interval",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("lot", BigInteger, nullable=False),
    Column("standing", Text, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("ended_by", BigInteger),  # the withdrawal of the recall that it was
    Index("ix_code_interval_lot", "lot"),
)

# The first counter of a scope and epoch that no pack has yet.
code_counter = Table(
    "code_counter",
    metadata,
    Column("scope", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("next", BigInteger, nullable=False),
    PrimaryKeyConstraint("scope", "epoch"),
    sqlite_with_rowid=False,
)

# What is in which container: items of a lot, or a whole container; no longer, once `removed_by` is set.
aggregation = Table(
    "aggregation",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("container", Text, nullable=False),
    Column("inner_container", Text),
    Column("lot", BigInteger),
    Column("first", BigInteger),
    Column("count", BigInteger),
    Column("removed_by", BigInteger),
    Index("ix_aggregation_container", "container"),
    Index("ix_aggregation_inner_container", "inner_container"),
    Index("ix_aggregation_lot", "lot", "first"),
)

record = Table(
    "record",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("sub", Text, nullable=False),
    Column("data", Text, nullable=False),
    Index("ix_record_sub", "sub"),
)

FOOD_TABLES = (
    statement,
    lot,
    link,
    lot_statement,
    plot_harvest,
    mark,
    dispute,
    *MASTER_TABLES,
    licence_use,
    licence_packing,
    operation,
    certificate,
    report,
    disposal,
    loss,
    pack,
    code_range,
    code_interval,
    code_counter,
    aggregation,
    record,
    edition,
    *HANDOVER_TABLES,
    goods_order,
    resting,
)
"""The projections, in no order that matters (no foreign keys)."""
