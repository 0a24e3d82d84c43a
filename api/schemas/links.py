"""Request schemas of the link routes."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.statements import Strict


class LinksQuery(Strict):
    subject = fields.String(
        load_default=None,
        validate=validate.Length(min=1, max=200),
        metadata={"description": "urn of a product, pack lot, place or party: its links with their history"},
    )


class TemplateQuery(Strict):
    form = fields.String(load_default="xlsx", validate=validate.OneOf(["xlsx", "csv"]))


class LevelQuery(Strict):
    level = fields.Integer(
        load_default=0,
        validate=validate.Range(min=0, max=9),
        metadata={"description": "0: the thing itself; then what stands above it, as in its linkset"},
    )
