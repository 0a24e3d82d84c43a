"""Tables of people and what they sign in with: no projections of the log, so replay leaves them alone.

A password, a code and a passkey are kept as what they can be checked with; a session and an invitation as the
SHA-256 of the random text that their bearer has. Roles are slugs between blanks (`trace.access.roles`).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text

from trace.store.base import BigKey, metadata

person = Table(
    "person",
    metadata,
    Column("id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),  # as folded by `trace.credentials.login`
    Column("name", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("demo", BigInteger, nullable=False),  # 1: signs in where the log is a demo's, and nowhere else
)

organisation = Table(
    "organisation",
    metadata,
    Column("urn", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),  # operator | laboratory | authority | platform
    Column("department", Text, nullable=False),  # of an authority: market | agriculture
    Column("region", Text, nullable=False),  # of an authority: what its GB/T 2260 codes begin with, or CN
    Column("created_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
)

membership = Table(
    "membership",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, ForeignKey("person.id"), nullable=False),
    Column("organisation", Text, ForeignKey("organisation.urn"), nullable=False),
    Column("roles", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("given_by", Text),  # a person; null: the command line
    Column("ended_at", BigInteger),
    Column("ended_by", Text),
    Column("card", Text, nullable=False, server_default=""),  # 执法证号 of an authority's member, "" for none
    Index(None, "person"),
    Index(None, "organisation"),
)

# Who stands in for whom, for a time: both are memberships of one organisation. What counts of `roles` is what
# the giver still has when it is asked.
deputy = Table(
    "deputy",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organisation", Text, ForeignKey("organisation.urn"), nullable=False),
    Column("giver", Text, ForeignKey("membership.id"), nullable=False),
    Column("deputy", Text, ForeignKey("membership.id"), nullable=False),
    Column("roles", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("begins_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),  # the first moment after it
    Column("given_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("revoked_by", Text),  # a person
    Index(None, "organisation"),
    Index(None, "deputy", "ends_at"),
)

# `person` names who is to make a new way in; without one whoever follows the link becomes a member.
invitation = Table(
    "invitation",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("organisation", Text, ForeignKey("organisation.urn"), nullable=False),
    Column("person", Text),
    Column("name", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("given_by", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("opens_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("withdrawn_at", BigInteger),
    Column("lost", Text),  # of a new way in: password | second | all, what it replaces
    Index(None, "organisation"),
)

credential = Table(
    "credential",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, ForeignKey("person.id"), nullable=False),
    Column("kind", Text, nullable=False),  # password | totp | passkey | recovery
    Column("secret", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("state", Text, nullable=False),  # JSON: what must not be taken twice, what was learned
    Column("created_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("ended_at", BigInteger),
    Index(None, "person", "kind"),
)

session = Table(
    "session",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("id", Text, nullable=False, unique=True),  # how its owner names it when ending it
    Column("person", Text, ForeignKey("person.id"), nullable=False),
    Column("membership", Text),
    Column("level", Text, nullable=False),  # password: the second factor is still to come | full
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("address", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("ended_at", BigInteger),
    Column("ending", Text),
    Index(None, "person", "ended_at"),
)

sign_in_event = Table(
    "sign_in_event",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("person", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("address", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("done_by", Text),  # another person; null: oneself, or nobody knows who
    Index(None, "person", "at"),
)

# Tries that count against a limit, under a keyed hash of who tried what; each for as long as it counts.
counted_try = Table(
    "counted_try",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Index(None, "key", "at"),
    Index(None, "until"),
)

# A form's key, spent in the transaction of what the form did: sent again it leads where it led.
form_use = Table(
    "form_use",
    metadata,
    Column("key", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("used_at", BigInteger, nullable=False),
    Column("leads_to", Text, nullable=False),
    Index(None, "used_at"),
)

# What a person had filled in when the session ended, until that person has sent it again or some days passed.
kept_form = Table(
    "kept_form",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("fields", Text, nullable=False),  # JSON: [[name, value], …]
    Column("kept_at", BigInteger, nullable=False),
    Index(None, "person"),
)

ACCOUNT_TABLES = (
    person,
    organisation,
    membership,
    deputy,
    invitation,
    credential,
    session,
    sign_in_event,
    form_use,
    kept_form,
)
