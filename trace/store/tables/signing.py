"""Tables of keys that people ask for, of keys that the service holds, and of batches to be signed.

No projections: what counts is in the log, these say who asked for what and what is still to be signed.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table, Text

from trace.store.base import metadata

key_challenge = Table(
    "key_challenge",
    metadata,
    Column("challenge", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("iss", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Index(None, "made_at"),
)

key_request = Table(
    "key_request",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("iss", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("label", Text, nullable=False),  # what the person calls the device
    Column("custody", Text, nullable=False),  # browser | file | server
    Column("data", Text, nullable=False),  # of the party.key.register that a registrar signs, as JSON
    Column("state", Text, nullable=False),  # asked | accepted | refused | withdrawn
    Column("asked_at", BigInteger, nullable=False),
    Column("decided_at", BigInteger),
    Column("decided_by", Text),
    Column("reason", Text),
    Column("seen_at", BigInteger),  # when its device last showed that it has the key
    Column("batch", Text),  # the signing batch that holds its registration, once it was accepted
    Index(None, "iss"),
    Index(None, "state", "asked_at"),
)

# A key of somebody who is no longer a member: nothing more is taken from it, until its revocation is signed.
stopped_key = Table(
    "stopped_key",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("iss", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("stopped_at", BigInteger, nullable=False),
    Column("stopped_by", Text, nullable=False),
    Index(None, "iss"),
)

held_key = Table(
    "held_key",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("iss", Text, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Index(None, "iss"),
)

signing_batch = Table(
    "signing_batch",
    metadata,
    Column("id", Text, primary_key=True),
    Column("iss", Text, nullable=False),
    Column("person", Text, nullable=False),  # who prepared it
    Column("title", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("signed_at", BigInteger, nullable=False),  # the time that its statements will name
    Column("anchor", Text, nullable=False),  # the checkpoint that they will name, as JSON; "" for none
    Index(None, "iss", "made_at"),
)

signing_draft = Table(
    "signing_draft",
    metadata,
    Column("batch", Text, nullable=False),
    Column("place", BigInteger, nullable=False),  # from 1
    Column("content", Text, nullable=False),  # what it says, and the salts of what it conceals, as JSON
    Column("stmt", Text),  # once it was signed and taken
    Column("log", Text),
    Column("idx", BigInteger),
    Column("marks", Text),
    Column("kid", Text),
    Column("person", Text),
    Column("instead_of", Text),  # the person by whose lent roles it was signed
    Column("taken_at", BigInteger),
    PrimaryKeyConstraint("batch", "place", name="pk_signing_draft"),
    Index(None, "stmt"),
)
