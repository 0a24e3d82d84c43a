"""Tables of scans: counted scans, tallies of codes, baselines of batches, alerts.

No projections: nothing here was signed, and replay does not make it again. `scan` is what retention deletes
(rule R54, `what = "retention"`); the tallies that stay name nobody. `device` is a keyed hash that differs
from code to code, so the rows of two codes cannot be joined into a person's way. No address is ever kept.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from trace.store.base import BigKey, metadata

# `code` is the canonical path without its leading slash: 01/<gtin14>/21/<serial> or t/XXXX-XXXX-XXXX. The key
# keeps the scans of a code together, as they are read; a device counts once in some minutes, so it is unique.
scan = Table(
    "scan",
    metadata,
    Column("code", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("region", Text),  # a city of GB/T 2260 (310100), never finer; None: unknown
    Column("device", Text, nullable=False),
    PrimaryKeyConstraint("code", "at", "device"),
    Index("ix_scan_at", "at"),
    sqlite_with_rowid=False,
)

scan_tally = Table(
    "scan_tally",
    metadata,
    Column("code", Text, primary_key=True),
    Column("lot", Text),  # the pack's urn
    Column("scans", BigInteger, nullable=False),
    Column("devices", BigInteger, nullable=False),
    Column("occasions", BigInteger, nullable=False),
    Column("cities", BigInteger, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("first_region", Text),
    Column("last_at", BigInteger, nullable=False),
    Column("suspicion", Text, nullable=False),  # none | watch | suspected
    Column("reasons", Text, nullable=False),  # slugs between blanks
    Column("odds", BigInteger, nullable=False),  # log10 of copied : honest, in thousandths
    Index("ix_scan_tally_lot", "lot"),
)

# How the scanned codes of a batch are spread: `codes` of them have `value` devices, occasions or cities.
scan_baseline = Table(
    "scan_baseline",
    metadata,
    Column("lot", Text, nullable=False),
    Column("what", Text, nullable=False),  # devices | occasions | cities
    Column("value", BigInteger, nullable=False),
    Column("codes", BigInteger, nullable=False),
    PrimaryKeyConstraint("lot", "what", "value"),
    sqlite_with_rowid=False,
)

# One row a code, kind and level until it is found harmless; who counts holds the turn, so that is safe.
scan_alert = Table(
    "scan_alert",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("code", Text, nullable=False),
    Column("lot", Text),
    Column("holder", Text),  # the party that packed it
    Column("kind", Text, nullable=False),  # copied | diverted (窜货)
    Column("level", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("odds", BigInteger, nullable=False),
    Column("scans", BigInteger, nullable=False),
    Column("raised_at", BigInteger, nullable=False),
    Column("acknowledged_at", BigInteger),
    Column("acknowledged_by", Text),
    Column("finding", Text),  # confirmed | harmless, by an authority
    Column("found_at", BigInteger),
    Column("found_by", Text),
    UniqueConstraint("code", "kind", "level", "raised_at"),
    Index("ix_scan_alert_holder", "holder", "id"),
)

# Attempts at the hidden code under a scratch panel. `opened_at` is set once and never taken back.
hidden_attempt = Table(
    "hidden_attempt",
    metadata,
    Column("code", Text, primary_key=True),
    Column("failures", BigInteger, nullable=False),  # in a row, since the last lock or success
    Column("locked_until", BigInteger),
    Column("opened_at", BigInteger),
    Column("openings", BigInteger, nullable=False),
)
