"""Answers of the search, as anybody reads them."""

from __future__ import annotations

from marshmallow import fields

from api.documents.document import Document, said


class FirmFound(Document):
    """A firm as the registrar names it; natural persons are never found."""

    code = fields.String(metadata=said("统一社会信用代码"))
    name = fields.String()
    region = fields.String(metadata=said("district, in words; empty where nobody stated it"))
    gf_code = fields.String(allow_none=True, metadata=said("企业信息码 GF"))


class ProductFound(Document):
    """A product in the words of who may speak for it."""

    name = fields.String()
    spec = fields.String()
    firm = fields.String(allow_none=True, metadata=said("name of who states it"))
    lb_no = fields.String(allow_none=True, metadata=said("产品编号 LB"))
    path = fields.String(allow_none=True, metadata=said("page of its packs; null where none was packed yet"))


class NamesFound(Document):
    """What a name or number leads to, the closest names first."""

    firms = fields.List(fields.Nested(FirmFound))
    products = fields.List(fields.Nested(ProductFound))
    next = fields.Integer(allow_none=True, metadata=said("`after` of the next page; null on the last"))
    unseen = fields.Boolean(metadata=said("more bears the name than was looked at: type more of it"))
    short = fields.Boolean(metadata=said("fewer than two characters were given: nothing was looked for"))
