"""Answers about what waits for a party's word."""

from __future__ import annotations

from marshmallow import fields

from api.documents.document import Document, Quantity, said, texts


class HandedOver(Document):
    """Goods that were handed over to the caller; `stmt` and `salt` go into its receipt as `handover`."""

    stmt = fields.String(metadata=said("the hand-over, by its first version"))
    salt = fields.String(allow_none=True, metadata=said("null where the receiver stands in clear"))
    log = fields.String()
    index = fields.Integer()
    shipper = fields.String()
    shipper_name = fields.String(allow_none=True, metadata=said("as a registrar registered it"))
    lot = fields.String(metadata=said("the consignment"))
    from_lot = fields.String()
    from_batch = fields.String()
    product = fields.String(allow_none=True)
    product_name = fields.String()
    quantity = fields.Nested(Quantity)
    received = fields.Nested(Quantity, metadata=said("what receipts that count say so far"))
    state = fields.String(metadata=said("open or received"))
    shipped_at = fields.DateTime()
    amounts = fields.String(
        allow_none=True, metadata=said("not-comparable where a receipt counts in units that nothing converts")
    )


class ClaimOnGoods(Document):
    """A receipt that names goods of the caller and waits for its confirmation or refusal."""

    receipt = fields.String(metadata=said("the receipt, by its first version"))
    log = fields.String()
    index = fields.Integer()
    lot = fields.String(metadata=said("of the claimant"))
    names = fields.String(metadata=said("what it names: a lot, a GTIN and batch, or a hand-over"))
    quantity = fields.Nested(Quantity)
    received_at = fields.DateTime()
    state = fields.String()
    fitting = texts()


class Counterpart(Document):
    """The claims of one party, oldest first; `count` is of all of them."""

    party = fields.String()
    name = fields.String(allow_none=True)
    count = fields.Integer()
    claims = fields.List(fields.Nested(ClaimOnGoods))


class Inbox(Document):
    """What waits for the word of the caller's party."""

    party = fields.String()
    handovers = fields.List(fields.Nested(HandedOver))
    claims = fields.List(fields.Nested(Counterpart))


class Waiting(Document):
    """A receipt that names goods of the firm, or goods on their way to it."""

    kind = fields.String(metadata=said("claim, handover or rest"))
    statement = fields.String()
    by = fields.String(metadata=said("who waits for the word"))
    lot = fields.String(metadata=said("of who waits"))
    names = fields.String(metadata=said("what a claim names: a lot, a GTIN and batch, or a hand-over"))
    quantity = fields.Nested(Quantity)
    since = fields.DateTime()


class Owing(Document):
    """What waits for one firm's word, oldest first; `count` is of all of it."""

    party = fields.String(allow_none=True, metadata=said("null where nobody knows whose word it waits for"))
    name = fields.String(allow_none=True)
    count = fields.Integer()
    oldest = fields.DateTime()
    waiting = fields.List(fields.Nested(Waiting))


class Unanswered(Document):
    """What waits in an authority's area, the firm with the oldest first."""

    region = fields.String()
    firms = fields.List(fields.Nested(Owing))


class NoteLines(Document):
    """The lines of a delivery note that are addressed to the caller's party."""

    lines = fields.List(fields.Nested(HandedOver))


class AddressedItem(Document):
    """A statement of this log, and the disclosure in it that names a party as receiver."""

    stmt = fields.String()
    index = fields.Integer()
    disclosure = fields.String(metadata=said("as RFC 9901 writes it; its digest stands in the signed bytes"))


class Addressed(Document):
    """Disclosures in log order, at most 500 statements of them."""

    items = fields.List(fields.Nested(AddressedItem))
    next = fields.String(attribute="following", metadata=said("the `after` of the next page"))
