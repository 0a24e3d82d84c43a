"""Answers about analyses: the documents that are kept by their hash."""

from __future__ import annotations

from marshmallow import fields

from api.documents.document import Document, anything, said


class KeptAnalysis(Document):
    """An analysis that was made for the caller."""

    hash = fields.String(metadata=said("hex SHA-256 of the document's bytes; its address"))
    name = fields.String(metadata=said("the kind of question"))
    about = fields.String(metadata=said("the party or lot that it is about; empty where it is about many"))
    asked_at = fields.DateTime()


class Analyses(Document):
    """What was made for the caller, the newest first."""

    analyses = fields.List(fields.Nested(KeptAnalysis))


class UsedRecord(Document):
    """A record that the answer rests on."""

    statement = fields.String()
    sha256 = fields.String(metadata=said("hex SHA-256 of the record's bytes"))
    state = fields.String(metadata=said("signed | disputed | unsigned"))


class Analysis(Document):
    """trace-analysis/1: one answer and all that it rests on; the bytes hash to its address, and the ETag."""

    answer = anything()
    arrival = fields.Integer(metadata=said("the last statement that the answer knows, by order of arrival"))
    as_of = fields.DateTime(metadata=said("when that statement was taken in"))
    assumptions = anything()
    format = fields.String()
    log = fields.String()
    question = anything()
    records = fields.List(fields.Nested(UsedRecord))
    rules = fields.String(metadata=said("profile and version of the whole rule book"))
    rules_asked = fields.List(anything(), metadata=said("the rules that the answer was judged by, as dated"))
