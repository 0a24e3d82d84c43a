"""Tables of master data: parties and licences as last stated, places and products by who stated them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from trace.store.base import metadata

party = Table(
    "party",
    metadata,
    Column("urn", Text, primary_key=True),
    Column("id", BigInteger, nullable=False),
    Column("data", Text, nullable=False),
)

# What each party said last of a place or product; whose word counts is asked when it is read.
place = Table(
    "place",
    metadata,
    Column("urn", Text, nullable=False),
    Column("stater", Text, nullable=False),
    Column("id", BigInteger, nullable=False),
    Column("official", Integer, nullable=False),
    Column("data", Text, nullable=False),
    PrimaryKeyConstraint("urn", "stater"),
)

product = Table(
    "product",
    metadata,
    Column("urn", Text, nullable=False),
    Column("stater", Text, nullable=False),
    Column("id", BigInteger, nullable=False),
    Column("official", Integer, nullable=False),
    Column("packers", Text, nullable=False),  # parties, each between blanks
    Column("data", Text, nullable=False),
    PrimaryKeyConstraint("urn", "stater"),
)

licence = Table(
    "licence",
    metadata,
    Column("urn", Text, primary_key=True),
    Column("id", BigInteger, nullable=False),
    Column("holder", Text),
    Column("prefix", Text),  # the company prefix that it gives, while it does
    Column("since", Text),
    Column("data", Text, nullable=False),
    Index("ix_licence_holder", "holder"),
    Index("ix_licence_prefix", "prefix"),
)

MASTER_TABLES = (party, place, product, licence)

# By which terms parties and products are found: made of their rows and with them, by replay too.
search_term = Table(
    "search_term",
    metadata,
    Column("term", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("urn", Text, nullable=False),
    Column("stater", Text, nullable=False),
    PrimaryKeyConstraint("term", "kind", "urn", "stater"),
    Index("ix_search_term_of", "kind", "urn", "stater"),
    sqlite_with_rowid=False,
)
