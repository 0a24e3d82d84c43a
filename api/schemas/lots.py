"""Request schemas of the lot and log routes."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.statements import Strict


class ViewQuery(Strict):
    view = fields.String(load_default="public", validate=validate.OneOf(["public", "regulator"]))


_IGNORE_TIME = {"description": "follow every link whatever its times say"}
_KILL_STEPS = {
    "description": "lots whose treatment ends the hazard: reached, nothing goes on; may be repeated"
}
_SINCE = {"description": "down: not contaminated before then; up: not interested in what came later"}


class TraceQuery(Strict):
    ignore_disputed = fields.Boolean(load_default=False, data_key="ignoreDisputed")
    max_lots = fields.Integer(
        load_default=None, validate=validate.Range(min=1, max=1_000_000), data_key="maxLots"
    )

    ignore_time = fields.Boolean(load_default=False, data_key="ignoreTime", metadata=_IGNORE_TIME)
    kill_steps = fields.List(
        fields.String(validate=validate.Length(max=300)),
        load_default=(),
        validate=validate.Length(max=100),
        data_key="killSteps",
        metadata=_KILL_STEPS,
    )
    since = fields.AwareDateTime(load_default=None, metadata=_SINCE)


class FeedQuery(Strict):
    after = fields.String(load_default="", validate=validate.Length(max=128))
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=500))


class RangeQuery(Strict):
    start = fields.Integer(load_default=0, validate=validate.Range(min=0))
    end = fields.Integer(load_default=None, validate=validate.Range(min=0))
