"""Request schemas of the search for sources: what batches share, and how much of a lot is where."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.statements import Strict

_LOT = validate.Length(min=1, max=300)
_CERTAIN = {"description": "leave out claims, lapsed pairs and links that stand no longer"}


class CommonSourceBody(Strict):
    """Batches that failed and batches that passed, and what is assumed of the records."""

    failing = fields.List(
        fields.String(validate=_LOT), required=True, validate=validate.Length(min=1, max=500)
    )
    passing = fields.List(fields.String(validate=_LOT), load_default=(), validate=validate.Length(max=2_000))
    ignore_disputed = fields.Boolean(load_default=False, data_key="ignoreDisputed")
    ignore_time = fields.Boolean(load_default=False, data_key="ignoreTime")
    certain_only = fields.Boolean(load_default=False, data_key="certainOnly", metadata=_CERTAIN)
    kill_steps = fields.List(
        fields.String(validate=_LOT), load_default=(), validate=validate.Length(max=100), data_key="killSteps"
    )


class ContributionBody(Strict):
    """The lot whose shares are asked for."""

    lot = fields.String(required=True, validate=_LOT)
