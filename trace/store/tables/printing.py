"""Tables of print runs: what was given to which printer by whom, and the digests of its files.

No projection: nothing here follows from the log, and replay leaves it alone. A run of a million codes is one
row and a row per ten thousand codes; the codes themselves are in no table (docs/adr/0019).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from trace.store.base import metadata

print_run = Table(
    "print_run",
    metadata,
    Column("id", Text, primary_key=True),  # 32 hex digits of what was asked for
    Column("lot", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("form", Text, nullable=False),
    Column("described", Text, nullable=False),  # JSON, enough to make every part again
    Column("parts", Integer, nullable=False),
    Column("printer", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("again", Text),  # why codes that were printed before are printed once more
    Column("manifest", Text),  # the compact JWS of the lot's holder
    Column("signed_with", Text),  # its kid
    Column("signed_at", BigInteger),
    Column("of_run", Text),  # the run whose codes it prints on, or again
    Index(None, "lot"),
    Index(None, "of_run"),
    Index(None, "scope", "epoch", "first"),
)

print_part = Table(
    "print_part",
    metadata,
    Column("run", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
)

# What somebody said came out: of the run's labels the first `out`, of which the first `good` are good. The
# last one of a run counts.
print_report = Table(
    "print_report",
    metadata,
    Column("run", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("good", BigInteger, nullable=False),
    Column("out", BigInteger, nullable=False),
    Column("reported_by", Text, nullable=False),
    Column("reported_at", BigInteger, nullable=False),
)

# The printers of a firm: how far the labels of each are moved to the right and down, in tenths of a mm.
printer = Table(
    "printer",
    metadata,
    Column("firm", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("across", Integer, nullable=False),
    Column("down", Integer, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", BigInteger, nullable=False),
)

# Single labels that were drawn again for codes of earlier runs, to replace damaged ones.
code_reprint = Table(
    "code_reprint",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("epoch", Text, primary_key=True),
    Column("counter", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("lot", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("copies", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
)
