"""Tables of complaints, contact data, wishes for tests, and originals of reports.

No projections: nobody signed them, and what shoppers sent ends (rule K01). Contact data stand apart, so that
they can go first.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text, UniqueConstraint

from trace.store.base import BigKey, metadata

complaint = Table(
    "complaint",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=False),
    Column("number", Text, nullable=False),  # TS-XXXX-XXXX-XXXX, unguessable
    Column("kind", Text, nullable=False),  # complaint | tip_off
    Column("topic", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("code", Text, nullable=False),  # the code as it was scanned or typed
    Column("lot", Text),  # the pack lot; absent for a code that nobody registered
    Column("batch_no", Text),
    Column("holder", Text),  # who made the lot
    Column("printed", Text),  # `?v=` of the label
    Column("state", Text, nullable=False),  # received | forwarded | answered
    Column("answer", Text),
    Column("filed_at", BigInteger, nullable=False),
    Column("forwarded_at", BigInteger),
    Column("answered_at", BigInteger),
    Column("ends_at", BigInteger, nullable=False),
    Column(
        "department", Text, nullable=False, server_default="market"
    ),  # who has to act: market | agriculture
    Column("due_at", BigInteger),  # until when: R48, after it was passed on R49
    Column("moved_by", Text),  # who took the last step
    UniqueConstraint("number"),
    Index(None, "holder", "id"),
    Index(None, "ends_at"),
)

complaint_contact = Table(
    "complaint_contact",
    metadata,
    Column("complaint", BigKey, primary_key=True, autoincrement=False),
    Column("contact", Text, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Index(None, "ends_at"),
)

test_request = Table(
    "test_request",
    metadata,
    Column(
        "voter", Text, primary_key=True
    ),  # hash of device and product: no device is followed across products
    Column("product", Text, nullable=False),
    Column("lot", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Index(None, "product", "lot"),
    Index(None, "ends_at"),
)

# Originals of test reports that were uploaded, each for a report that names it: nobody else's report takes it
# away. The bytes lie in the data folder under their digest.
report_file = Table(
    "report_file",
    metadata,
    Column("sha256", Text, primary_key=True),  # hex
    Column("stmt", Text, primary_key=True),  # the report that named it when it was uploaded
    Column("media_type", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("stored_at", BigInteger, nullable=False),
)

# Photographs that records name; the small pictures made of them lie in the data folder under their digest.
photo = Table(
    "photo",
    metadata,
    Column("sha256", Text, primary_key=True),  # hex, as the record names it
    Column("stmt", Text, nullable=False),  # the statement that named it when it was uploaded
    Column("kept", Text, nullable=False),  # hex digest of the picture that is shown, "" once it is erased
    Column("width", BigInteger, nullable=False),
    Column("height", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("stored_at", BigInteger, nullable=False),
    Column("erased_at", BigInteger),
)
