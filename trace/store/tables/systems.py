"""What goes to systems of others and comes from them; when each was last heard. No projections."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table, Text

from trace.store.base import metadata

# A document stays as it was made; what became of it stands beside it.
outgoing_document = Table(
    "outgoing_document",
    metadata,
    Column("id", Text, primary_key=True),  # system:type:source:first digits of the digest
    Column("system", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("source", Text, nullable=False),  # statement, visit, case, licence: what it was made of
    Column("party", Text, nullable=False),  # whom it is about, "" for no one firm
    Column("document", Text, nullable=False),  # JSON as it goes out
    Column("state", Text, nullable=False),  # as trace.exchange.upload_job has them
    Column("made_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("attempts", BigInteger, nullable=False),
    Column("receipt", Text),
    Column("last_error", Text),
    Column("updated_at", BigInteger, nullable=False),
    Index(None, "system", "state"),
    Index(None, "system", "type", "source"),
)

system_contact = Table(
    "system_contact",
    metadata,
    Column("system", Text, primary_key=True),
    Column("planned", BigInteger, nullable=False),  # arrival up to which documents were made
    Column("cursor", Text, nullable=False),  # behind which its own documents are asked for
    Column("tried_at", BigInteger),
    Column("heard_at", BigInteger),  # the last answer that could be read
    Column("error", Text, nullable=False),  # why the last try brought none, "" where it did
)

received_document = Table(
    "received_document",
    metadata,
    Column("system", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("document", Text, nullable=False),  # JSON as it came
    Column("unfit", Text, nullable=False),  # members by which it is none of its type, "" for a fit one
    Column("department", Text, nullable=False),  # whose turn it is
    Column("area", Text, nullable=False),
    Column("state", Text, nullable=False),  # open | accepted | answered | kept | unfit
    Column("received_at", BigInteger, nullable=False),
    Column("due_at", BigInteger),
    Column("moved_by", Text, nullable=False),  # a person, "" while nobody took it in hand
    Column("moved_at", BigInteger),
    PrimaryKeyConstraint("system", "number", name="pk_received_document"),
    Index(None, "state", "department"),
)
