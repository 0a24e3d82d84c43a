"""Answers about supervision, as anybody reads them."""

from __future__ import annotations

from marshmallow import fields

from api.documents.document import Document, said


class CitedLaw(Document):
    """Articles of a law, as the list cites them."""

    law = fields.String()
    articles = fields.List(fields.String(metadata=said("an article or a span of them: 109, 122-126")))


class DutyContent(Document):
    """A head of a check, or a case of a measure or penalty."""

    zh = fields.String(metadata=said("the words of the document"))
    en = fields.String(metadata=said("our translation"))


class ListedDuty(Document):
    """A row of the list."""

    id = fields.String()
    department = fields.String(metadata=said("market or agriculture"))
    kind = fields.String(metadata=said("check (行政检查), measure (行政强制) or penalty (行政处罚)"))
    matter = fields.String()
    content = fields.List(fields.Nested(DutyContent))
    basis = fields.List(fields.Nested(CitedLaw))


class ListOfDuties(Document):
    """职责清单 of two departments over producers of green food, with the document that it stands in."""

    document = fields.String()
    annex = fields.String()
    title = fields.String()
    since = fields.Date(metadata=said("day of the document"))
    jurisdiction = fields.String()
    confidence = fields.String()
    duties = fields.List(fields.Nested(ListedDuty))


class LicenceHeld(Document):
    """A licence to use the mark that holds on the day."""

    number = fields.String(metadata=said("产品编号 LB"))
    products = fields.List(fields.String())
    valid_from = fields.Date()
    valid_to = fields.Date()
    approved_output = fields.String(allow_none=True, metadata=said("核准产量 with its unit"))
    gf_code = fields.String(allow_none=True, metadata=said("企业信息码 GF"))
    statement = fields.String(metadata=said("the record that says so"))


class ProducerListed(Document):
    """A producer on the register."""

    producer = fields.String(metadata=said("urn"))
    name = fields.String(allow_none=True)
    region = fields.String(allow_none=True, metadata=said("GB/T 2260"))
    sc_no = fields.String(allow_none=True, metadata=said("食品生产许可证编号"))
    licences = fields.List(fields.Nested(LicenceHeld))


class RegisterChange(Document):
    """What changed for a producer from a day on."""

    day = fields.Date()
    producer = fields.String()
    what = fields.String(metadata=said("entered, left: the producer; licensed, changed, ended: a licence"))
    number = fields.String(metadata=said("of the licence, empty for the producer"))
    reason = fields.String(metadata=said("of a leaving or an end: cancelled or expired"))
    statement = fields.String(metadata=said("the record that it follows from"))


class Register(Document):
    """名录库: the producers of green food of one's area as of a day, and the changes of a period."""

    day = fields.Date()
    producers = fields.List(fields.Nested(ProducerListed))
    products = fields.Integer(metadata=said("marked products"))
    changes = fields.List(fields.Nested(RegisterChange))
