"""Request schema of the search."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.statements import Strict


class SearchQuery(Strict):
    q = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata={"description": "a part of a name, a 统一社会信用代码, a GF or LB number, or a bar code"},
    )
    firm = fields.String(
        load_default=None,
        validate=validate.Length(min=1, max=40),
        metadata={"description": "统一社会信用代码: this firm and its products, instead of `q`"},
    )
    after = fields.Integer(
        load_default=0,
        validate=validate.Range(min=0, max=10_000),
        metadata={"description": "`next` of the page before"},
    )
