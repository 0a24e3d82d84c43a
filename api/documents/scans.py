"""Answers about scans: alerts of codes that look copied or diverted."""

from __future__ import annotations

from marshmallow import fields

from api.documents.document import Document, said, texts


class Alert(Document):
    """A code whose scans look copied or diverted."""

    id = fields.String()
    code = fields.String()
    lot = fields.String(allow_none=True)
    holder = fields.String(allow_none=True)
    kind = fields.String(metadata=said("copied | diverted"))
    level = fields.String()
    reasons = texts()
    log10_odds = fields.Function(lambda alert: f"{alert.odds:.2f}", metadata={"type": "string"})
    scans = fields.Integer()
    raised_at = fields.DateTime()
    acknowledged_at = fields.DateTime(allow_none=True)
    acknowledged_by = fields.String(allow_none=True)
    finding = fields.String(allow_none=True)
    found_at = fields.DateTime(allow_none=True)
    found_by = fields.String(allow_none=True)


class Alerts(Document):
    """Alerts, the oldest first."""

    alerts = fields.List(fields.Nested(Alert))
    next = fields.Function(
        lambda page: "" if page.following is None else str(page.following),
        metadata={"type": "string", **said('the `after` of the next page, "" at the end')},
    )
