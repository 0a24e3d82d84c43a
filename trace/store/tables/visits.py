"""Visits of supervision: versions of forms, visits, each department's part, history, photographs, records.

No projections but `visit_record`, which is written with the record that it is about. Forms, history,
photographs and records are append-only: a trigger refuses their change and removal.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

from trace.store.base import metadata

visit_form = Table(
    "visit_form",
    metadata,
    Column("form", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", Text, nullable=False),  # SHA-256 of the canonical body, hex
    Column("body", Text, nullable=False),  # JSON, whole
    Column("since", Text, nullable=False),  # the first day of visits by it
    Column("why", Text, nullable=False),
    Column("person", Text, nullable=False),  # "" for what came with the program
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("form", "version", name="pk_visit_form"),
    Index(None, "digest"),
)

visit = Table(
    "visit",
    metadata,
    Column("number", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("party", Text, nullable=False),  # who is visited
    Column("place", Text, nullable=False),  # urn, "" for the firm's own address
    Column("area", Text, nullable=False),  # county of GB/T 2260, "" where none is known
    Column("day", Text, nullable=False),
    Column("plan", Text, nullable=False),  # the item of a plan, "" for none
    Column("cause", Text, nullable=False),
    Column("follows", Text, nullable=False),  # the visit that a re-check follows
    Column("inspectors", Text, nullable=False),  # JSON list of card and department
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("person", Text, nullable=False),
    Column("published_at", BigInteger),
    Index(None, "area", "day"),
    Index(None, "party"),
)

visit_draw = Table(
    "visit_draw",
    metadata,
    Column("number", Text, primary_key=True),
    Column("draw", Text, nullable=False),  # the statement of its commitment
    Column("party", Text, nullable=False),
    Column("why", Text, nullable=False),  # other inspectors than were drawn, "" where those go
    Index(None, "draw"),
)

visit_part = Table(
    "visit_part",
    metadata,
    Column("number", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("form_version", Integer, nullable=False),
    Column("form_digest", Text, nullable=False),
    Column("answers", Text, nullable=False),  # JSON list
    Column("result", Text, nullable=False),  # "" while nobody judged
    Column("rectify_by", Text, nullable=False),  # the last day of the order, "" for none
    Column("signature", Text, nullable=False),
    Column("refusal", Text, nullable=False),  # why it was refused
    Column("witness", Text, nullable=False),  # who saw the refusal: a function, or a digest of a recording
    Column("position", Text, nullable=False),  # JSON object, for insiders alone
    Column("captured_at", BigInteger),  # as the device stated it
    Column("saved_at", BigInteger),  # when it came
    Column("record", Text, nullable=False),  # the record that stands, "" while unsigned
    Column("signed_at", BigInteger),
    Column("lots", Text, nullable=False, server_default="[]"),  # JSON list: the goods that were looked at
    Column("version", Integer, nullable=False, server_default="1"),  # of this part alone
    Column("clock_offset", Integer),  # seconds that the device's clock was behind when it sent, NULL: unknown
    PrimaryKeyConstraint("number", "department", name="pk_visit_part"),
)

visit_event = Table(
    "visit_event",
    metadata,
    Column("number", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("event", Text, nullable=False),
    Column("department", Text, nullable=False),  # "" for the firm
    Column("at", BigInteger, nullable=False),
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),  # as it was then
    Column("party", Text, nullable=False),  # for whom
    Column("why", Text, nullable=False),
    Column("evidence", Text, nullable=False),  # JSON list of digests and statement ids
    Column("detail", Text, nullable=False),  # JSON: the part as it was saved, who was replaced by whom
    PrimaryKeyConstraint("number", "seq", name="pk_visit_event"),
)

visit_paper = Table(
    "visit_paper",
    metadata,
    Column("number", Text, nullable=False),
    Column("digest", Text, nullable=False),  # SHA-256, hex
    Column("name", Text, nullable=False),
    Column("media", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("item", Text, nullable=False),  # of the form, "" for none
    Column("department", Text, nullable=False),  # "" for the firm
    Column("captured_at", BigInteger),  # as the device stated it
    Column("at", BigInteger, nullable=False),
    Column("person", Text, nullable=False),
    PrimaryKeyConstraint("number", "digest", name="pk_visit_paper"),
)

visit_record = Table(
    "visit_record",
    metadata,
    Column("record", Text, primary_key=True),  # statement id
    Column("number", Text, nullable=False),
    Column("kind", Text, nullable=False),  # "" of a record by the first form
    Column("department", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("party", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("inspectors", Text, nullable=False),  # JSON list of cards
    Column("findings", Integer, nullable=False),
    Column("rectify_by", Text, nullable=False),
    Column("replaces", Text, nullable=False),
    Column("logged_at", BigInteger, nullable=False),
    Index(None, "area", "day"),
    Index(None, "number"),
    Index(None, "party"),
    Index(None, "replaces"),
)
