"""Schemas of the statement routes: receipts, stream heads, drafts to be checked before they are signed."""

from __future__ import annotations

from marshmallow import RAISE, Schema, fields, validate


class Strict(Schema):
    """Unknown members are refused."""

    class Meta:
        unknown = RAISE


class BatchQuery(Strict):
    mode = fields.String(
        load_default="all",
        validate=validate.OneOf(["all", "each"]),
        metadata={"description": "all: one refusal refuses the batch; each: what can enter enters"},
    )


class HeadQuery(Strict):
    iss = fields.String(required=True, validate=validate.Length(max=200))
    stream = fields.String(required=True, validate=validate.Length(max=64))


class Head(Strict):
    iss = fields.String(required=True)
    stream = fields.String(required=True)
    seq = fields.Integer(required=True, metadata={"description": "0: nothing yet"})
    stmt = fields.String(allow_none=True)


class ReceiptShown(Strict):
    """The receipt of one accepted statement."""

    stmt = fields.String(metadata={"description": "base64url SHA-256 of the compact JWS"})
    index = fields.Integer()
    log = fields.String()
    state = fields.String(metadata={"description": "logged | known"})
    marks = fields.List(
        fields.String(), metadata={"description": "slugs of what was recorded as inconvenient"}
    )
    proof = fields.String(metadata={"description": "C2SP tlog-proof, once both witnesses cosigned"})


class DraftBody(Strict):
    typ = fields.String(required=True, validate=validate.Length(max=64))
    sub = fields.String(required=True, validate=validate.Length(max=200))
    occurred_at = fields.AwareDateTime(required=True, data_key="occurredAt")
    data = fields.Dict(required=True)


class DraftsBody(Strict):
    """Drafts in the order in which they will be signed; nothing is stored."""

    iss = fields.String(required=True, validate=validate.Length(max=200))
    drafts = fields.List(fields.Nested(DraftBody), required=True, validate=validate.Length(min=1, max=5000))
