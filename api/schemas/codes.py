"""Request schemas of the item-code routes."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.statements import Strict


class NextRangeQuery(Strict):
    gtin = fields.String(load_default=None, validate=validate.Regexp(r"^(?:[0-9]{8}|[0-9]{12,14})$"))
    count = fields.Integer(required=True, validate=validate.Range(min=1, max=10**9))
