"""Answers about mock recalls."""

from __future__ import annotations

from marshmallow import fields

from api.documents.document import Document, anything, said


class MockRecall(Document):
    """A mock recall: what was drawn, how long it took, what was found."""

    lot = fields.String()
    seed = fields.String(metadata=said("whoever has it and the log draws the same lot"))
    night = fields.String(metadata=said("the day of a nightly one; empty for one that was asked for"))
    at = fields.DateTime()
    seconds = fields.String(metadata=said("from the question to the answer"))
    figures = anything()
    analysis = fields.String(metadata=said("hash of its document"))


class MockRecalls(Document):
    """The mock recalls of a firm, the newest first."""

    mock_recalls = fields.List(fields.Nested(MockRecall))
