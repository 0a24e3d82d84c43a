"""Answers to statements: receipts, what became of a batch, and of another platform's evidence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from marshmallow import fields

from api.documents.document import Document, anything, said, texts
from api.problems import describe, locale_of_request
from trace.usecases.intake.receipt import Outcome, Refused


class Receipt(Document):
    """The receipt of one accepted statement."""

    sometimes = frozenset({"proof"})

    stmt = fields.String(attribute="statement_id", metadata=said("base64url SHA-256 of the compact JWS"))
    index = fields.Integer()
    log = fields.String()
    state = fields.String(metadata=said("logged | known"))
    marks = fields.List(fields.String(), metadata=said("slugs of what was recorded as inconvenient"))
    proof = fields.String(metadata=said("C2SP tlog-proof, once both witnesses cosigned"))


class Problem(Document):
    """Why something was refused (RFC 9457)."""

    sometimes = frozenset({"rule", "params", "errors", "instance"})

    type = fields.String(metadata=said("/problems/<code>: a page about it"))
    title = fields.String()
    status = fields.Integer()
    code = fields.String(metadata=said("stable; see /problems for all"))
    detail = fields.String()
    action = fields.String(metadata=said("what to do next"))
    params = anything()
    rule = fields.String()
    errors = fields.List(anything(), metadata=said("members at fault: pointer and detail"))
    instance = fields.String(metadata=said("urn:request:<X-Request-Id>"))


class _Position(Document):
    position = fields.Integer(metadata=said("in the upload, from 1"))


class Result(Receipt, _Position):
    """What became of one statement or draft: its receipt, or the problem."""

    sometimes = frozenset({"stmt", "index", "log", "state", "marks", "proof", "problem"})

    problem = fields.Nested(Problem)


class Results(Document):
    """What became of each, in the order of the upload."""

    sometimes = frozenset({"mode"})

    mode = fields.String(metadata=said("all | each"))
    results = fields.List(fields.Nested(Result))


class TakenEntry(Document):
    """An entry of another log that was taken over."""

    stmt = fields.String(attribute="statement_id")
    log = fields.String()
    index = fields.Integer()
    state = fields.String(metadata=said("logged | known"))
    marks = texts()


class RefusedEntry(Document):
    """An entry of another log that was not taken over."""

    position = fields.Integer()
    stmt = fields.String(attribute="statement_id", allow_none=True)
    code = fields.String(attribute="refusal.code")
    params = fields.Dict(attribute="refusal.params", keys=fields.String())


class TakenEvidence(Document):
    """What was taken over of a bundle, and what was not."""

    taken = fields.List(fields.Nested(TakenEntry))
    refused = fields.List(fields.Nested(RefusedEntry))


_RECEIPT: Final = Receipt()


def receipt_of(outcome: Any, proof: str | None = None) -> dict[str, Any]:
    """The JSON form of a receipt, with the proof where there is one."""
    members = dict(_RECEIPT.dump(outcome))
    return members if proof is None else members | {"proof": proof}


def results_of(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """The JSON forms of results, refusals in the caller's words."""
    locale = locale_of_request()
    return [
        {"position": position, "problem": describe(outcome.refusal, locale)}
        if isinstance(outcome, Refused)
        else {"position": position, **receipt_of(outcome)}
        for position, outcome in enumerate(outcomes, start=1)
    ]
