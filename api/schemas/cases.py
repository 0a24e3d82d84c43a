"""Request schemas of the routes of cases."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.statements import Strict
from trace.chain.facts.cases import SOURCES
from trace.oversight.casework.table import EVENTS, STATES
from trace.usecases.supervision.register_case import MOST_LOTS

_PURPOSE = {"description": "what for: noted with the look, and told to the firm when the rules say"}


class PurposeQuery(Strict):
    """Nobody looks without saying what for."""

    purpose = fields.String(load_default="", validate=validate.Length(max=200), metadata=_PURPOSE)


class CasesQuery(PurposeQuery):
    area = fields.String(
        load_default="",
        validate=validate.Regexp(r"|CN|[0-9]{2,12}"),
        metadata={"description": "an area within one's own, digits that GB/T 2260 codes begin with"},
    )
    state = fields.String(load_default="", validate=validate.OneOf(("", *STATES)))
    overdue = fields.Boolean(load_default=False, metadata={"description": "only those past a limit"})


class DisputesQuery(PurposeQuery):
    after = fields.Integer(
        load_default=0,
        validate=validate.Range(0, 10**9),
        metadata={"description": "how many to pass over: the list goes on from there"},
    )


class SourceBody(Strict):
    """The source of a case as its officer registers it; `key` makes it happen once."""

    key = fields.String(
        required=True,
        validate=validate.Regexp(r"[A-Za-z0-9_-]{20,64}"),
        metadata={"description": "drawn by the caller; sent again with it nothing is drafted again"},
    )
    source = fields.String(required=True, validate=validate.OneOf(SOURCES))
    purpose = fields.String(load_default="", validate=validate.Length(max=1000))
    party = fields.String(
        load_default="",
        validate=validate.Length(max=80),
        metadata={"description": "urn of the firm; not needed where lots are named"},
    )
    lots = fields.List(
        fields.String(validate=validate.Length(max=200)),
        load_default=[],
        validate=validate.Length(max=MOST_LOTS),
        metadata={
            "description": "names or numbers of lots: a case of each; none where the firm alone is meant"
        },
    )
    found_on = fields.Date(
        required=True,
        data_key="foundOn",
        metadata={"description": "when the clue was found or received"},
    )
    authority = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={"description": "who ordered or referred it"},
    )
    reference = fields.String(
        load_default="",
        validate=validate.Length(max=64),
        metadata={"description": "number of the order, complaint or referral"},
    )


class PaperBody(Strict):
    name = fields.String(required=True, validate=validate.Length(1, 120))
    content = fields.String(required=True, metadata={"description": "PDF, PNG or JPEG in base64"})


class StepBody(Strict):
    """A step as somebody takes it who saw the case at `version`; `key` makes it happen once."""

    key = fields.String(
        required=True,
        validate=validate.Regexp(r"[A-Za-z0-9_-]{20,64}"),
        metadata={"description": "drawn by the caller; sent again with it the step is not taken again"},
    )
    version = fields.Integer(required=True, metadata={"description": "of the case as it was seen"})
    event = fields.String(required=True, validate=validate.OneOf(EVENTS))
    why = fields.String(load_default="", validate=validate.Length(max=1000))
    evidence = fields.List(
        fields.String(validate=validate.Length(max=80)),
        load_default=[],
        validate=validate.Length(max=20),
        metadata={"description": "papers of the case (`sha256:…`) and ids of signed records"},
    )
    papers = fields.List(fields.Nested(PaperBody), load_default=[], validate=validate.Length(max=5))
    detail = fields.Dict(
        keys=fields.String(),
        values=fields.String(validate=validate.Length(max=4000)),
        load_default={},
        metadata={"description": "what else it names: person, receiver, case, proof, lab, level, lots, …"},
    )
