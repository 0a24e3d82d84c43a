"""Request schemas of the inbox routes."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.statements import Strict


class InboxQuery(Strict):
    counterpart = fields.String(load_default=None, validate=validate.Length(max=100))


class UnansweredQuery(Strict):
    party = fields.String(load_default=None, validate=validate.Length(max=100))


class NoteBody(Strict):
    note = fields.String(required=True, validate=validate.Length(max=200))


class AddressedBody(Strict):
    log = fields.String(required=True, validate=validate.Length(max=200))
    parties = fields.List(
        fields.String(validate=validate.Length(max=100)), required=True, validate=validate.Length(1, 1_000)
    )
    after = fields.String(load_default="", validate=validate.Length(max=15))
