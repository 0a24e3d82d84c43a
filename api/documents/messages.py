"""Answers about what shoppers send: complaints and wishes for tests; and about originals of reports."""

from __future__ import annotations

from marshmallow import fields

from api.documents.document import Document, said


class ComplaintSeen(Document):
    """A complaint or tip-off; `contact` is null once it is forgotten."""

    number = fields.String()
    kind = fields.String()
    topic = fields.String()
    text = fields.String()
    code = fields.String()
    lot = fields.String(allow_none=True)
    lots = fields.List(
        fields.String(), metadata=said("all packs that may be meant, where code and label did not tell")
    )
    batch_no = fields.String(allow_none=True)
    holder = fields.String(allow_none=True)
    printed = fields.String(allow_none=True)
    state = fields.String(metadata=said("received | forwarded | answered"))
    answer = fields.String(allow_none=True)
    filed_at = fields.DateTime()
    forwarded_at = fields.DateTime(allow_none=True)
    answered_at = fields.DateTime(allow_none=True)
    department = fields.String(metadata=said("who has to act: market | agriculture"))
    region = fields.String(
        allow_none=True,
        metadata=said(
            "the maker's county (GB/T 2260), whose department acts; null: not known, the city's acts"
        ),
    )
    due_at = fields.DateTime(allow_none=True, metadata=said("until when: R48, once passed on R49"))
    moved_by = fields.String(allow_none=True, metadata=said("who took the last step"))
    contact = fields.String(allow_none=True)


class Complaints(Document):
    """The newest 50 complaints in sight."""

    complaints = fields.List(fields.Nested(ComplaintSeen))
    next = fields.String(
        attribute="following", allow_none=True, metadata=said("the `before` of the next page")
    )


class Wish(Document):
    """How many devices asked for a test of a product."""

    product = fields.String()
    lot = fields.String()
    count = fields.Integer()


class Wishes(Document):
    """Wishes for tests, the most wanted first."""

    wishes = fields.List(fields.Nested(Wish))


class PhotoKept(Document):
    """A photograph that was taken: the picture that is shown, made small and without metadata."""

    sha256 = fields.String(metadata=said("as the record names it"))
    kept = fields.String(
        metadata=said("digest of the picture shown; the same where nothing had to be changed")
    )
    width = fields.Integer()
    height = fields.Integer()
    bytes = fields.Integer()
    address = fields.String()


class ReportFile(Document):
    """The original of a test report as it is kept."""

    sha256 = fields.String()
    media_type = fields.String()
    bytes = fields.Integer()
    address = fields.String(metadata=said("where everybody may read it"))
