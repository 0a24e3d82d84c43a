"""Cases of supervision, their history and papers, and who looked at whose data.

No projections: a case is made in the transaction of the record that it begins with, and what people do with
it stands here alone. History and looks are append-only: a trigger refuses their change and removal.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from trace.store.base import BigKey, metadata

case_file = Table(
    "case_file",
    metadata,
    Column("number", Text, primary_key=True),
    Column("lot", Text, nullable=False),  # urn
    Column("report", Text, nullable=False, unique=True),  # the statement that it began with
    Column("report_no", Text, nullable=False),
    Column("items", Text, nullable=False),  # what failed, in words
    Column("basis", Text, nullable=False),  # sampling | commission | own | unasked
    Column("party", Text, nullable=False),  # who made the goods
    Column("department", Text, nullable=False),
    Column("area", Text, nullable=False),  # county of GB/T 2260, "" where none is known
    Column("urgent", Integer, nullable=False),
    Column("major", Text, nullable=False),  # grounds of R24 between blanks
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("officer", Text, nullable=False),  # a person, "" while nobody has it
    Column("receiver", Text, nullable=False),  # the authority that it is being transferred to
    Column("joined_to", Text, nullable=False),
    Column("result_at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("opened_at", BigInteger),  # when a person first saw it
    Index(None, "department", "state"),
    Index(None, "lot"),
    Index(None, "party"),
)

case_event = Table(
    "case_event",
    metadata,
    Column("number", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("event", Text, nullable=False),
    Column("from_state", Text, nullable=False),
    Column("to_state", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("person", Text, nullable=False),  # "" for what a record did
    Column("name", Text, nullable=False),  # as it was then
    Column("party", Text, nullable=False),  # for which authority
    Column("why", Text, nullable=False),
    Column("evidence", Text, nullable=False),  # JSON list of digests and statement ids
    Column("detail", Text, nullable=False),  # JSON object of what else the event names
    Column("rules", Text, nullable=False),
    PrimaryKeyConstraint("number", "seq", name="pk_case_event"),
)

# The goods of a case as they were read last, where they are too many to be read at each look: kept pages,
# which may be emptied at any time. A reading is of the analysis under `hash`, and counts once it is whole.
case_goods = Table(
    "case_goods",
    metadata,
    Column("reading", Text, primary_key=True),  # the number of its run
    Column("number", Text, nullable=False),  # of the case
    Column("hash", Text, ForeignKey("analysis.hash")),  # once it is whole
    Column("arrival", BigInteger, nullable=False),  # how far the log had been taken in
    Column("read_at", BigInteger, nullable=False),
    Index(None, "number", "read_at"),
)

# `sort`: line, consignee, party (whose data they are), out (lots that goods went from). `rank` sorts them by
# its bytes; `key` is the consignee of a line or row, the party, or the lot.
case_goods_row = Table(
    "case_goods_row",
    metadata,
    Column("reading", Text, nullable=False),
    Column("sort", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("rank", LargeBinary, nullable=False),
    Column("key", Text, nullable=False),
    Column("body", Text, nullable=False),  # JSON
    PrimaryKeyConstraint("reading", "sort", "number", name="pk_case_goods_row"),
    Index(None, "reading", "sort", "rank", "number"),
    Index(None, "reading", "sort", "key", "number"),
)

# A file of such a case as a job made it, kept in parts and as easily made again; it counts once it is whole.
case_export = Table(
    "case_export",
    metadata,
    Column("export", Text, primary_key=True),
    Column("number", Text, nullable=False),  # of the case
    Column("sort", Text, nullable=False),  # receivers | trace-a3 | trace-a4 | bundle
    Column("language", Text, nullable=False),  # "" for a file without words
    Column("hash", Text, ForeignKey("analysis.hash")),  # of the document about it, once it is whole
    Column("size", BigInteger, nullable=False),
    Column("arrival", BigInteger, nullable=False),  # how far the log had been taken in
    Column("read_at", BigInteger, nullable=False),  # when its goods were read
    Column("made_at", BigInteger, nullable=False),
    Index(None, "number", "sort", "language", "made_at"),
)

case_export_part = Table(
    "case_export_part",
    metadata,
    Column("export", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("export", "number", name="pk_case_export_part"),
)

case_competence = Table(
    "case_competence",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("number", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("part", Text, nullable=False),  # lead | joint | ended
    Column("department", Text, nullable=False),
    Column("area", Text, nullable=False),  # "" where none is known
    Column("authority", Text, nullable=False),  # of who joins; "" of who leads: that is an area's
    Index(None, "number"),
    Index(None, "authority"),
    Index(None, "department", "area"),
)

case_deadline = Table(
    "case_deadline",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("number", Text, nullable=False),
    Column("duty", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("provisional", Integer, nullable=False),  # 1: days off of its year were not announced
    Column("at", BigInteger, nullable=False),  # when it was counted
    Column("rules", Text, nullable=False),
    Index(None, "number"),
)

case_paper = Table(
    "case_paper",
    metadata,
    Column("number", Text, nullable=False),
    Column("digest", Text, nullable=False),  # SHA-256, hex
    Column("name", Text, nullable=False),
    Column("media", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("person", Text, nullable=False),
    PrimaryKeyConstraint("number", "digest", name="pk_case_paper"),
)

look_at_firm = Table(
    "look_at_firm",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("person", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("party", Text, nullable=False),  # whose data
    Column("what", Text, nullable=False),  # page | file | search
    Column("subject", Text, nullable=False),  # the lot, the case
    Column("purpose", Text, nullable=False),
    Column("case_number", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("shown_from", BigInteger, nullable=False),  # when the firm sees it
    Index(None, "party", "shown_from"),
    Index(None, "authority", "at"),
)
