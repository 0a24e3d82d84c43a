"""Request schemas of the recall routes."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.statements import Strict


class RecallsQuery(Strict):
    firm = fields.String(
        load_default=None,
        validate=validate.Length(min=1, max=40),
        metadata={"description": "统一社会信用代码: recalls by this firm, or of what it packed"},
    )
    gtin = fields.String(
        load_default=None,
        validate=validate.Length(min=1, max=40),
        metadata={"description": "recalls of what is packed under this number"},
    )
    before = fields.Integer(
        load_default=None,
        validate=validate.Range(min=0, max=2**62),
        metadata={"description": "`next` of the page before"},
    )
