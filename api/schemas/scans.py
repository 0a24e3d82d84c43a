"""Request schemas of the scan-alert routes."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.statements import Strict
from trace.usecases.scans.scan_alerts import FINDINGS


class AlertQuery(Strict):
    after = fields.Integer(load_default=0, validate=validate.Range(min=0, max=2**63 - 1))
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=1000))
    unread = fields.Boolean(load_default=False)


class FindingBody(Strict):
    finding = fields.String(required=True, validate=validate.OneOf(FINDINGS))
