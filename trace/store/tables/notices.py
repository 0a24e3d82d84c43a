"""Tables of what reaches people by mail: what each chose, and of what each was told; not made from a log."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, PrimaryKeyConstraint, Table, Text

from trace.store.base import metadata

notice_choice = Table(
    "notice_choice",
    metadata,
    Column("person", Text, ForeignKey("person.id"), primary_key=True),
    Column("way", Text, nullable=False),  # page | mail
    Column("pace", Text, nullable=False),  # at-once | daily
    Column("muted", Text, nullable=False),  # kinds between blanks (`trace.oversight.notice_kinds`)
    Column("address", Text),  # where mail goes, once its owner has typed the code that was sent there
    Column("asked", Text),  # an address that waits for its code
    Column("code_hash", Text),
    Column("code_ends_at", BigInteger),
    Column("tries_left", BigInteger, nullable=False),
    Column("digest_on", Text),  # the day of the last daily mail
)

notice_told = Table(
    "notice_told",
    metadata,
    Column("person", Text, ForeignKey("person.id"), nullable=False),
    Column("organisation", Text, nullable=False),
    Column("slug", Text, nullable=False),
    Column("waiting", BigInteger, nullable=False),
    Column("late", BigInteger, nullable=False),
    Column("things", Text, nullable=False, server_default=""),  # short hashes of what was told of
    Column("newest", BigInteger, nullable=False, server_default="0"),
    PrimaryKeyConstraint("person", "organisation", "slug", name="pk_notice_told"),
)
