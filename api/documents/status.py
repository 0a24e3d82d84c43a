"""Answers about recalls: what the market bureau is to sign, and the state of one code."""

from __future__ import annotations

from marshmallow import fields

from api.documents.document import Document, said


class RecallStatus(Document):
    """The data of a status.snapshot as of now."""

    as_of = fields.DateTime()
    log = fields.String()
    size = fields.Integer()
    recalled = fields.List(fields.String(), metadata=said("sorted tags of the lots under recall"))
    outputs = fields.Boolean(metadata=said("lots appear by the secret of what made them too"))


class SignedList(Document):
    """How fresh the recall list is that the market bureau signed last, for the thing asked about."""

    state = fields.String(metadata=said("clear | stale | older (than the thing) | incomplete | none"))
    as_of = fields.String(metadata=said("until when it speaks; null where there is none"))


class CodeState(Document):
    """The state of the thing behind a code."""

    code = fields.String()
    state = fields.String(
        metadata=said("normal | recalled | recall-completed | withdrawn | inactive | unknown")
    )
    name = fields.String()
    signed_list = fields.Nested(SignedList)
