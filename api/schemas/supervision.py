"""What is asked about supervision."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.statements import Strict


class RegisterQuery(Strict):
    """Days in Shanghai; without them the current month up to today."""

    first = fields.String(
        data_key="from",
        load_default="",
        validate=validate.Length(max=10),
        metadata={"description": "first day, YYYY-MM-DD"},
    )
    last = fields.String(
        data_key="to",
        load_default="",
        validate=validate.Length(max=10),
        metadata={"description": "last day, YYYY-MM-DD; the register is that of its end, or of today"},
    )
