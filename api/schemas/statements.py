"""Request schemas of the statement routes."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, fields, pre_load, validate

from api.controls import require_plain


class Strict(Schema):
    """Unknown members are refused, and control characters in any text."""

    class Meta:
        unknown = RAISE

    @pre_load
    def refuse_controls(self, data: Any, **_: Any) -> Any:
        """Raise `ControlCharacter` with the member's path."""
        if isinstance(data, dict):
            require_plain("", data, judged="data")
        return data


class BatchQuery(Strict):
    mode = fields.String(
        load_default="all",
        validate=validate.OneOf(["all", "each"]),
        metadata={"description": "all: one refusal refuses the batch; each: what can enter enters"},
    )


class HeadQuery(Strict):
    iss = fields.String(required=True, validate=validate.Length(max=200))
    stream = fields.String(required=True, validate=validate.Length(max=64))


class DraftBody(Strict):
    typ = fields.String(required=True, validate=validate.Length(max=64))
    sub = fields.String(required=True, validate=validate.Length(max=200))
    occurred_at = fields.AwareDateTime(required=True, data_key="occurredAt")
    data = fields.Dict(required=True)
    private = fields.List(fields.String(validate=validate.Length(max=200)), load_default=[])


class DraftsBody(Strict):
    """Drafts in the order in which they will be signed; nothing is stored."""

    iss = fields.String(required=True, validate=validate.Length(max=200))
    drafts = fields.List(fields.Nested(DraftBody), required=True, validate=validate.Length(min=1, max=5000))
