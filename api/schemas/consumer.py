"""Request schemas of the complaint and report-file routes."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.statements import Strict
from trace.parties import DEPARTMENTS
from trace.usecases.messages.complaints import ANSWERED, FORWARDED, STATES


class ComplaintsQuery(Strict):
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))
    before = fields.String(load_default=None, validate=validate.Length(max=40))


class ComplaintStep(Strict):
    state = fields.String(required=True, validate=validate.OneOf([FORWARDED, ANSWERED]))
    answer = fields.String(load_default=None)
    department = fields.String(load_default=None, validate=validate.OneOf(sorted(DEPARTMENTS)))


class ReportQuery(Strict):
    report = fields.String(required=True, validate=validate.Regexp(r"^[A-Za-z0-9_-]{43}\Z"))


class PhotoQuery(Strict):
    statement = fields.String(
        required=True,
        validate=validate.Regexp(r"^[A-Za-z0-9_-]{43}\Z"),
        metadata={"description": "the record of a product, place or pack that names the photograph"},
    )
