"""Answers about an organisation's links: those that stand, and every change of one subject."""

from __future__ import annotations

from marshmallow import fields

from api.documents.document import Document, said


class SignedBy(Document):
    """Whose key signed a change, and how that key is kept."""

    name = fields.String()
    custody = fields.String(metadata=said("file | browser | server | ukey"))


class LinkChange(Document):
    """One signed change of a link; `to` is what stands from then on, null where nothing does."""

    subject = fields.String()
    field = fields.String(allow_none=True)
    to = fields.Raw(allow_none=True)
    iss = fields.String()
    signed_by = fields.Nested(SignedBy, allow_none=True)
    statement = fields.String()
    stated_at = fields.DateTime()
    logged_at = fields.DateTime()


class StandingLink(LinkChange):
    """A link that stands; `shown` says whether the resolver gives it out, `reason` why not."""

    sometimes = frozenset({"reason"})

    shown = fields.Boolean()
    reason = fields.String(metadata=said("not-the-owner | host-or-form"))


class Links(Document):
    """The links that stand; of one subject also its history, the oldest change first."""

    sometimes = frozenset({"subject", "history"})

    subject = fields.String()
    links = fields.List(fields.Nested(StandingLink))
    hosts = fields.List(fields.String(), metadata=said("what the platform allows to the caller"))
    history = fields.List(fields.Nested(LinkChange))
