"""Request schemas of the analysis routes."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from api.schemas.statements import Strict

_DAY = {"description": "a day in Shanghai, YYYY-MM-DD"}


class PeriodBody(Strict):
    """A firm, and the days from the first to the last."""

    firm = fields.String(load_default="", validate=validate.Length(max=200))
    first = fields.String(required=True, data_key="from", validate=validate.Length(max=10), metadata=_DAY)
    last = fields.String(required=True, data_key="to", validate=validate.Length(max=10), metadata=_DAY)


class BalanceBody(PeriodBody):
    """Of a firm, or of every firm of a region (digits that GB/T 2260 codes begin with); without either, of
    the caller's own."""

    region = fields.String(load_default="", validate=validate.Regexp(r"|CN|[0-9]{2,12}"))

    @validates_schema
    def one_of_both(self, data: Any, **_: Any) -> None:
        if data["firm"] and data["region"]:
            raise ValidationError("a firm or a region, not both", "region")


class FirmBody(Strict):
    """A firm; without one, the caller's own."""

    firm = fields.String(load_default="", validate=validate.Length(max=200))


class FirmQuery(FirmBody):
    """The same as parameters."""


class MockRecallBody(FirmBody):
    """`lot` instead of a drawn one; `seed` to draw the same again."""

    lot = fields.String(load_default="", validate=validate.Length(max=300))
    seed = fields.String(load_default="", validate=validate.Length(max=100))
