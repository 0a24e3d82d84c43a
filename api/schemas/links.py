"""Shapes of questions about links."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.statements import Strict


class LevelQuery(Strict):
    level = fields.Integer(
        load_default=0,
        validate=validate.Range(min=0, max=9),
        metadata={"description": "0: the thing itself; then what stands above it, as in its linkset"},
    )
