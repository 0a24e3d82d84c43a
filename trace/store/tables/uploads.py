"""Tables of uploads: files on their way to being records. No projection: the log holds none of it.

What an upload's state is follows from these rows whenever it is asked; it stands in none of them.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

from trace.store.base import metadata

upload = Table(
    "upload",
    metadata,
    Column("id", Text, primary_key=True),  # 22 characters, random
    Column("holder", Text, nullable=False),
    Column("sent_by", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("format", Text, nullable=False),  # xlsx, csv, jsonl
    Column("form", Text, nullable=False),  # of a table without sheets; "" where the sheets say it
    Column("mapping", Text),  # the saved mapping that it is read by
    Column("revision", Integer, nullable=False),  # rises with every work that is handed in for it
    Column("created_at", BigInteger, nullable=False),
    Column("discarded_at", BigInteger),
    Index(None, "holder", "created_at"),
)

upload_part = Table(
    "upload_part",
    metadata,
    Column("upload", Text, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("upload", "start"),
)

# What stands at the top of each sheet, as the job found it: what a person is asked about the columns by.
upload_look = Table(
    "upload_look",
    metadata,
    Column("upload", Text, nullable=False),
    Column("place", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("content", Text, nullable=False),  # JSON: its first rows as cells, hidden and merged areas
    PrimaryKeyConstraint("upload", "place"),
)

upload_sheet = Table(
    "upload_sheet",
    metadata,
    Column("upload", Text, nullable=False),
    Column("place", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("form", Text, nullable=False),  # "" for a sheet that holds no records
    Column("head", Text, nullable=False),  # JSON: its heading row, the columns that nobody sees
    Column("ended_at", BigInteger),  # every row of it is in `upload_row`
    PrimaryKeyConstraint("upload", "place"),
)

upload_row = Table(
    "upload_row",
    metadata,
    Column("upload", Text, nullable=False),
    Column("sheet", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("record", Text, nullable=False),  # rows of a sheet that say one thing together have this in common
    Column("cells", Text, nullable=False),  # JSON, as they were read
    Column("hidden", Integer, nullable=False),
    Column("verdict", Integer, nullable=False),  # 0 unread, 1 sound, 2 at fault, 3 says nothing
    Column("edited", Text),  # JSON: column letter -> what somebody wrote there instead
    PrimaryKeyConstraint("upload", "sheet", "number"),
    Index("ix_upload_row_record", "upload", "sheet", "record"),
    Index("ix_upload_row_verdict", "upload", "verdict", "sheet", "record"),
)

upload_fault = Table(
    "upload_fault",
    metadata,
    Column("upload", Text, nullable=False),
    Column("id", BigInteger, nullable=False),  # made of what follows, so that twice is as good as once
    Column("stage", Integer, nullable=False),  # 0 the file or sheet, 1 its rows, 2 what the platform says
    Column("sheet", Text, nullable=False),
    Column("place", Integer, nullable=False),  # of the sheet; -1 for the file
    Column("row", Integer, nullable=False),
    Column("letter", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("params", Text, nullable=False),
    Column("record", Text, nullable=False),
    PrimaryKeyConstraint("upload", "id"),
    Index("ix_upload_fault_record", "upload", "place", "record"),
)

upload_draft = Table(
    "upload_draft",
    metadata,
    Column("upload", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("sheet", Integer, nullable=False),
    Column("record", Text, nullable=False),
    Column("typ", Text, nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),  # JSON: the draft
    Column("family", Integer),  # drafts that hang together are tried together
    Column("depth", Integer),  # how many drafts of the upload have to be logged before it
    Column("outcome", Text),  # new, known, changed, refused; none: not tried yet
    Column("stmt", Text),  # the statement that says it, once there is one
    Column("marks", Text),  # JSON: what it will be marked with
    Column("note", Text),  # the secret of the delivery note that a shipment is a line of
    Column("idx", BigInteger),  # where the statement stands in the log
    Column("batch", Text),  # the batch that it was handed over in to be signed, and its place there
    Column("place", BigInteger),
    PrimaryKeyConstraint("upload", "key"),
    Index("ix_upload_draft_record", "upload", "sheet", "record"),
    Index("ix_upload_draft_outcome", "upload", "outcome", "depth", "occurred_at", "key"),
    Index("ix_upload_draft_family", "upload", "family"),
)

upload_step = Table(
    "upload_step",
    metadata,
    Column("upload", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("phase", Text, nullable=False),  # read, checked, planned, tried, ended
    Column("count", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("upload", "number"),
)

upload_mapping = Table(
    "upload_mapping",
    metadata,
    Column("id", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("form", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),  # of the headings that it was made for
    Column("content", Text, nullable=False),  # JSON: heading -> column of ours, units, form of dates
    Column("made_by", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Index(None, "holder", "name"),
)

UPLOAD_TABLES = (
    upload,
    upload_part,
    upload_look,
    upload_sheet,
    upload_row,
    upload_fault,
    upload_draft,
    upload_step,
)
