"""Answers about lots: one lot, and the marks and disputes on it and above it."""

from __future__ import annotations

from marshmallow import fields

from api.documents.document import Document, Quantity, Span, anything, said, texts


class StatedPlace(Document):
    """A statement's log position, and when it says that it happened; the public view has the position."""

    sometimes = frozenset({"typ", "iss", "occurredAt", "loggedAt"})

    stmt = fields.String(attribute="statement", metadata=said("base64url SHA-256 of the compact JWS"))
    typ = fields.String()
    iss = fields.String()
    log = fields.String(attribute="origin")
    index = fields.Integer()
    occurred_at = fields.DateTime()
    logged_at = fields.DateTime()


class _Stated(Document):
    """A statement's log position among the members of what it brought."""

    stmt = fields.String(attribute="statement.statement")
    typ = fields.String(attribute="statement.typ")
    iss = fields.String(attribute="statement.iss")
    log = fields.String(attribute="statement.origin")
    index = fields.Integer(attribute="statement.index")
    occurred_at = fields.DateTime(attribute="statement.occurred_at")
    logged_at = fields.DateTime(attribute="statement.logged_at")


class _Role(Document):
    role = fields.String()


class _Report(Document):
    report_no = fields.String()
    purpose = fields.String()
    conclusion = fields.String()


class _Certificate(Document):
    cert_no = fields.String()


# The members of a base that is named later stand first.
class Mention(_Stated, _Role):
    """A statement that speaks of the lot."""


class Report(_Stated, _Report):
    """A test report on the lot."""


class Certificate(_Stated, _Certificate):
    """A certificate of conformity for the lot."""


class Pack(Document):
    """A pack record of the lot."""

    gtin = fields.String(allow_none=True)
    batch_no = fields.String()
    code_level = fields.String()
    state = fields.String()


class LotMark(Document):
    """A mark on the lot; the whole view has its figures and the statement that brought it."""

    sometimes = frozenset({"params", "statement"})

    rule = fields.String()
    code = fields.String()
    gates = texts()
    params = anything()
    declared = fields.String(allow_none=True)
    statement = fields.String()


class Lot(Document):
    """One lot: `view` is "public", "partner" for the other side of a hand-over, or "whole"."""

    sometimes = frozenset(
        {
            *("product", "batchNo", "holder", "place", "quantity", "available", "produced", "detail"),
            *("region", "day", "mentions", "packs", "reports", "certificates", "gates", "side"),
        }
    )

    lot = fields.String()
    view = fields.String()
    side = fields.String(metadata=said("partner view only: handed | source | delivered | claimed"))
    kind = fields.String()
    product = fields.String(allow_none=True)
    product_name = fields.String()
    batch_no = fields.String()
    holder = fields.String(allow_none=True)
    place = fields.String(allow_none=True)
    quantity = fields.Nested(Quantity)
    available = fields.Nested(Quantity)
    produced = fields.Nested(Span)
    state = fields.String()
    region = fields.String(metadata=said("district, public and partner view only"))
    day = fields.String(metadata=said("of production in Shanghai, public view only"))
    detail = anything()
    statement = fields.Nested(StatedPlace)
    mentions = fields.List(fields.Nested(Mention))
    packs = fields.List(fields.Nested(Pack))
    reports = fields.List(fields.Nested(Report))
    certificates = fields.List(fields.Nested(Certificate))
    marks = fields.List(fields.Nested(LotMark))
    gates = texts()


class Disposal(_Stated):
    """An amount that left the lot for good."""

    quantity = fields.Nested(Quantity)
    manner = fields.String(metadata=said("destroyed, donated, sampled or expired"))
    witnessed = fields.String(allow_none=True, metadata=said("the bureau's statement that it saw it"))


class Disposals(Document):
    """All disposals of a lot, in order of arrival."""

    lot = fields.String()
    disposals = fields.List(fields.Nested(Disposal))


class RecallClock(Document):
    """A limit of a firm's recall by the text in force on the day on which the risk was found."""

    step = fields.String(metadata=said("start, finish or progress"))
    state = fields.String(metadata=said("running, overdue, met, late, doubtful, not-begun or waived"))
    rule = fields.String()
    limit = fields.String(metadata=said("h on the clock, d natural days, wd working days"))
    clause = fields.String()
    counts_from = fields.String()
    counting = fields.String(allow_none=True, metadata=said("clock, natural or working"))
    since = fields.DateTime(allow_none=True)
    ends = fields.DateTime(allow_none=True)
    last_day = fields.Date(allow_none=True, metadata=said("the day in Shanghai"))
    provisional = fields.Boolean(metadata=said("the days off that it hangs on are not announced yet"))
    done = fields.DateTime(allow_none=True)


class SeenOrder(Document):
    """An order that bears on the lot; of one that is only possible no more than that there is one."""

    sometimes = frozenset(
        {
            *("order", "kind", "by", "matter", "level", "reason"),
            *("returnTo", "contact", "advice", "lot", "orderedAt", "clocks"),
        }
    )

    state = fields.String(metadata=said("standing, released, withdrawn, completed; source-under-order"))
    certain = fields.Boolean(metadata=said("false: through a claim or a link that was taken back"))
    own = fields.Boolean(metadata=said("of this very lot, not of one above it"))
    order = fields.String(metadata=said("the statement that ordered"))
    kind = fields.String(metadata=said("hold or recall"))
    by = fields.String(metadata=said("the bureau, or the firm of its own recall"))
    matter = fields.String()
    level = fields.String(allow_none=True, metadata=said("1, 2 or 3, of a recall"))
    reason = fields.String(allow_none=True)
    return_to = fields.String(allow_none=True)
    contact = fields.Dict(allow_none=True, metadata=said("function and phone"))
    advice = fields.String(allow_none=True)
    lot = fields.String(metadata=said("the lot that the order names"))
    ordered_at = fields.DateTime()
    clocks = fields.List(fields.Nested(RecallClock), metadata=said("of a firm's own recall"))


class Orders(Document):
    """The orders on a lot, and what follows for it."""

    lot = fields.String()
    state = fields.String(
        allow_none=True, metadata=said("recalled, recall-completed, locked or source-under-order; null: none")
    )
    orders = fields.List(fields.Nested(SeenOrder))


class SeenMark(Document):
    """A mark on the lot (`own`) or above it; figures are for those who may see the lot that is marked."""

    sometimes = frozenset({"lot", "params"})

    rule = fields.String()
    code = fields.String()
    gates = texts()
    declared = fields.String(allow_none=True, metadata=said("the signer's reason for a gap"))
    on = fields.String(metadata=said("the kind of lot that is marked"))
    product_name = fields.String()
    own = fields.Boolean()
    statement = fields.String()
    recorded_at = fields.DateTime()
    lot = fields.String()
    params = anything()


class Dispute(Document):
    """Statements that contradict each other; what they say is for those whom it concerns."""

    sometimes = frozenset({"lot", "values"})

    subject = fields.String(metadata=said("the member in question"))
    on = fields.String(metadata=said("the kind of lot"))
    statements = texts()
    lot = fields.String()
    values = texts()


class Marks(Document):
    """Marks, closed gates and open disputes on a lot and on everything above it."""

    lot = fields.String()
    gates = texts()
    marks = fields.List(fields.Nested(SeenMark))
    disputes = fields.List(fields.Nested(Dispute))
    truncated = fields.Boolean()
