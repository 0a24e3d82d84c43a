"""Tables of warnings and of what authorities keep about risks: no projections, so replay leaves them alone.

`risk_event` is the history of every item of these: append-only, a trigger refuses change and removal.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table, Text

from trace.store.base import metadata

warning = Table(
    "warning",
    metadata,
    Column("number", Text, primary_key=True),
    Column("key", Text, nullable=False),  # rule, party and subject: what is decided once is not raised again
    Column("rule", Text, nullable=False),
    Column("rule_since", Text, nullable=False),  # the day since which that rule is in force
    Column("party", Text, nullable=False),  # "" where it is about several
    Column("area", Text, nullable=False),  # county of GB/T 2260, "" where none is known
    Column("department", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("records", Text, nullable=False),  # JSON list of statement ids, complaint numbers, codes
    Column("figures", Text, nullable=False),  # JSON object
    Column("found_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),  # the last run that found it
    Column("state", Text, nullable=False),  # open | dismissed | turned
    Column("became", Text, nullable=False),  # task | clue | case | visit | sample, "" for none
    Column("reference", Text, nullable=False),  # its number where it is kept
    Column("reason", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("decided_at", BigInteger),
    Index(None, "key"),
    Index(None, "department", "state"),
    Index(None, "party"),
)

warning_run = Table(
    "warning_run",
    metadata,
    Column("at", BigInteger, primary_key=True),
    Column("rules", Text, nullable=False),  # version of the rules
    Column("found", BigInteger, nullable=False),
    Column("fresh", BigInteger, nullable=False),
    Column("closed", BigInteger, nullable=False),  # open ones whose records no longer fire
)

risk_event = Table(
    "risk_event",
    metadata,
    # warning | letter | notice | bulletin | entry | meeting | joint-work | seizure | campaign | listing
    Column("what", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("event", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("party", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("detail", Text, nullable=False),  # JSON object
    PrimaryKeyConstraint("what", "number", "seq", name="pk_risk_event"),
)


def _owned(name: str, *columns: Column[Any] | Index) -> Table:
    """A table of items with a number, the authority that keeps each, its department and area."""
    return Table(
        name,
        metadata,
        Column("number", Text, primary_key=True),
        *(Column(each, Text, nullable=False) for each in ("authority", "department", "area")),
        *columns,
    )


def _text(*names: str) -> list[Column[Any]]:
    return [Column(name, Text, nullable=False) for name in names]


official_letter = Table(
    "official_letter",
    metadata,
    Column("number", Text, primary_key=True),
    Column("kind", Text, nullable=False),  # interview | rectification | reminder
    *_text("authority", "department", "area", "party", "title", "text"),
    Column("digest", Text, nullable=False),  # SHA-256 of the text, which the signed notice names
    *_text("due_on", "made_by"),
    Column("made_at", BigInteger, nullable=False),
    Index(None, "authority"),
    Index(None, "party"),
)

letter_answer = Table(
    "letter_answer",
    metadata,
    *_text("number", "digest", "text", "person"),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("number", "digest", name="pk_letter_answer"),
)

public_notice = _owned(
    "public_notice",
    *_text("title", "text"),
    Column("products", Text, nullable=False),  # JSON list of urns of products and lots
    *_text("digest"),
    Column("state", Text, nullable=False),  # draft | released | ended
    *_text("written_by"),
    Column("written_at", BigInteger, nullable=False),
    *_text("released_by"),
    Column("released_at", BigInteger),
    *_text("ended_by", "ended_why"),
    Column("ended_at", BigInteger),
    # warning | standard | rumour
    Column("kind", Text, nullable=False, server_default="warning"),
    Column("sources", Text, nullable=False, server_default="[]"),  # JSON list of lines
)

notice_product = Table(
    "notice_product",
    metadata,
    *_text("number", "product"),
    PrimaryKeyConstraint("product", "number", name="pk_notice_product"),
)

bulletin = _owned(
    "bulletin",
    *_text("matter", "channel"),
    Column("recipients", Text, nullable=False),  # JSON list of authorities that are here
    Column("others", Text, nullable=False),  # who else is told, in words: nothing comes back from them
    *_text("title", "text", "made_by"),
    Column("made_at", BigInteger, nullable=False),
)

bulletin_receipt = Table(
    "bulletin_receipt",
    metadata,
    *_text("number", "party", "person"),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("number", "party", name="pk_bulletin_receipt"),
)

risk_entry = _owned(
    "risk_entry",
    Column("list", Text, nullable=False),  # firm | area | product
    *_text("subject", "what", "unit", "responsible", "due_on", "origin"),
    Column("state", Text, nullable=False),  # open | done
    *_text("result", "made_by"),
    Column("made_at", BigInteger, nullable=False),
    *_text("done_by"),
    Column("done_at", BigInteger),
    Column(
        "act", Text, nullable=False, server_default=""
    ),  # the number of the act that rectifies, "" for none
)

study_meeting = _owned(
    "study_meeting",
    Column("level", Text, nullable=False),  # province | city | county
    *_text("held_on"),
    Column("domains", Text, nullable=False),  # JSON list
    Column("present", Text, nullable=False),  # JSON list of authorities
    *_text("summary", "decisions", "made_by"),
    Column("made_at", BigInteger, nullable=False),
)

joint_work = _owned(
    "joint_work",
    Column("kind", Text, nullable=False),  # mechanism | exchange | training
    *_text("title", "about", "proof", "since", "until"),
    Column("state", Text, nullable=False),  # entered | confirmed | refused | ended
    *_text("made_by"),
    Column("made_at", BigInteger, nullable=False),
    *_text("partner", "done_by"),
    Column("done_at", BigInteger),
    Index(None, "area", "kind"),
)

seizure = _owned(
    "seizure",
    *_text("firm", "object", "what", "document_no", "basis"),
    Column("lots", Text, nullable=False),  # JSON list of urns
    *_text("record"),  # the signed hold of these lots, "" for none
    *_text("since", "until", "extended_on", "extended_by", "extended_until", "ended_on", "outcome"),
    Column("state", Text, nullable=False),  # standing | ended
    *_text("made_by"),
    Column("made_at", BigInteger, nullable=False),
    *_text("done_by"),
    Column("done_at", BigInteger),
    Index(None, "area", "firm"),
)

campaign = _owned(
    "campaign",
    *_text("title", "place", "trade", "goods", "since", "until", "items", "reason"),
    Column("visits", BigInteger, nullable=False),  # how many are meant to be made, 0 for no target
    Column("samples", BigInteger, nullable=False),
    Column("state", Text, nullable=False),  # running | closed
    *_text("made_by"),
    Column("made_at", BigInteger, nullable=False),
    *_text("closed_on", "result", "done_by"),
    Column("done_at", BigInteger),
)

data_check = _owned(
    "data_check",
    *_text("firm", "purpose"),
    Column("rows", Text, nullable=False),  # JSON list of the names of what showed
    Column("known_at", BigInteger, nullable=False),
    *_text("result", "note", "act", "made_by"),
    Column("made_at", BigInteger, nullable=False),
    Index(None, "area", "firm"),
)

listing_check = _owned(
    "listing_check",
    *_text("platform", "shop", "address"),
    *_text("product", "seller", "mark"),  # urn of a product, urn of a party, number of a licence; "" unknown
    *_text("standing"),  # of the mark's number on that day: holds | ended | of-another | unknown, "" for none
    *_text("result"),  # conforms | fails | doubtful
    Column("faults", Text, nullable=False),  # JSON list
    *_text("words", "paper", "checked_on", "made_by"),  # paper: SHA-256 of the screenshot
    Column("made_at", BigInteger, nullable=False),
    Index(None, "area"),
)
