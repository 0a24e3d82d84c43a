"""Answers about recalls as the public reads them."""

from __future__ import annotations

from marshmallow import fields

from api.documents.document import Document, said, texts


class RecalledPack(Document):
    """A pack under a recall, by what is printed on it."""

    name = fields.String()
    batch_no = fields.String()
    produced_on = fields.String(allow_none=True)
    path = fields.String(metadata=said("of its page on this server"))
    firm = fields.String(allow_none=True, metadata=said("who packed it; null for a natural person"))
    some = fields.Boolean(metadata=said("only some of its codes are recalled"))
    contact = fields.String(allow_none=True, metadata=said("what its label gives to call"))


class FailedItem(Document):
    """An item of a test that the goods failed, as its laboratory signed it."""

    name = fields.String()
    value = fields.String(allow_none=True)
    unit = fields.String(allow_none=True)
    limit = fields.String(allow_none=True)
    tested_on = fields.String()
    report_no = fields.String()


class Announcement(Document):
    """What the firm announced, and where the public reads it."""

    on = fields.String()
    text = fields.String()
    published_at = fields.String()


class Recall(Document):
    """A recall as it was signed, and the packs that may hold something of the goods; no buyers, no shops."""

    statement = fields.String()
    state = fields.String(metadata=said("standing | completed (the warning stays) | lifted"))
    by = fields.String(allow_none=True)
    by_firm = fields.Boolean(metadata=said("the firm's own recall, else an authority's"))
    on = fields.String(metadata=said("day of the decision"))
    logged_at = fields.String()
    ended_on = fields.String(allow_none=True)
    changed_at = fields.String()
    level = fields.String(allow_none=True, metadata=said("1 (worst), 2 or 3"))
    reason = fields.String(allow_none=True)
    advice = fields.String(allow_none=True)
    return_to = fields.String(allow_none=True)
    function = fields.String(allow_none=True, metadata=said("who answers the telephone"))
    phone = fields.String(allow_none=True)
    names = texts()
    packs = fields.List(fields.Nested(RecalledPack))
    more = fields.Integer(metadata=said("packs that are not listed here"))
    truncated = fields.Boolean(metadata=said("more was made of the goods than was looked at"))
    announcements = fields.List(fields.Nested(Announcement))
    failed = fields.List(
        fields.Nested(FailedItem), metadata=said("what the goods failed before an authority ordered it")
    )


class Recalls(Document):
    """The recalls in force, the newest first."""

    recalls = fields.List(fields.Nested(Recall))
    next = fields.Integer(allow_none=True, metadata=said("`before` of the next page; null on the last"))
    unseen = fields.Boolean(metadata=said("more packs of the firm or product than were looked at"))
    as_of = fields.String()
