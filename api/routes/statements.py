"""Statement routes: signed statements in; receipts, proofs and stream heads out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from flask import Response, current_app, request, url_for
from flask_smorest import Blueprint

from api import problems
from api.boundary import (
    BATCH_BYTES,
    STATEMENT_BYTES,
    body,
    caller,
    json_response,
    lines,
    platform,
    require_own_name,
)
from api.documents import log as documents
from api.documents import statements as answers
from api.documents.statements import Results, receipt_of, results_of
from api.metrics import metrics_of
from api.schemas.statements import BatchQuery, DraftsBody, HeadQuery
from api.waiting import Preference, places_of
from trace.errors import BodyUnreadable, GroupRefused, MediaTypeUnsupported, NotReady
from trace.usecases.intake.check_drafts import DraftRecord
from trace.usecases.intake.check_drafts import check_drafts as try_drafts
from trace.usecases.intake.receipt import LOGGED, Outcome, Receipt, Refused
from trace.usecases.log.read_log import StreamHead, head_of, proof_at, proof_of
from trace.usecases.proof.show_statement import PlacedStatement, show_statement

SINGLE_TYPES = frozenset({"application/jose+json", "application/jose", "application/json"})
BATCH_TYPES = frozenset({"application/jsonl", "application/x-ndjson", "application/jose+jsonl"})

blueprint = Blueprint(
    "statements", __name__, url_prefix="/api/v1", description="签名记录 signed statements and their receipts"
)
_JOSE = {"schema": {"type": "object", "description": "RFC 7515 §7.2.2 flattened JWS, disclosures in header"}}
_ANSWERS = {"oneOf": [answers.Receipt, Results]}
_LINES = {
    "schema": {
        "type": "string",
        "format": "binary",
        "description": "JSON Lines: one flattened JWS a line",
    }
}


@blueprint.route("/statements", methods=["POST"])
@blueprint.arguments(BatchQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.doc(
    requestBody={
        "required": True,
        "content": {
            "application/jose+json": _JOSE,
            "application/jose": {"schema": {"type": "string", "format": "binary"}},
            "application/jsonl": _LINES,
        },
    }
)
@blueprint.alt_response(200, schema=_ANSWERS, description="known before; or some of a batch refused")
@blueprint.alt_response(202, schema=answers.Receipt, description="logged, its cosignatures to come")
@blueprint.response(201, _ANSWERS)
def post_statements(query: Mapping[str, Any]) -> Response:
    """State something: one signed statement, or a batch as JSON Lines.

    One: 201 with the receipt and the log proof once both witnesses cosigned, else 202 with Location. Few
    requests wait for that at a time, at most two seconds or what `Prefer: wait=` says, up to ten.
    A batch: `mode=all` enters whole or not at all; `mode=each` enters what it can and says what not.
    """
    if request.mimetype in BATCH_TYPES:
        raws = [line for _, line in lines(body(BATCH_BYTES))]
        return _batch_answer(_submit(raws, query["mode"]), query["mode"])
    if request.mimetype not in SINGLE_TYPES:
        raise MediaTypeUnsupported(found=request.mimetype, expected=sorted(SINGLE_TYPES | BATCH_TYPES))
    (outcome,) = _submit([body(STATEMENT_BYTES)], "all")
    if isinstance(outcome, Refused):
        raise outcome.refusal
    return _single_answer(outcome)


@blueprint.route("/statements/<string:stmt>.tlog-proof")
@blueprint.doc(responses={"200": {"content": {"text/plain": {}}, "description": "C2SP tlog-proof"}})
def get_proof(stmt: str) -> Response:
    """Prove that a statement is in the log: C2SP tlog-proof, for any verifier."""
    proof = proof_of(platform().transactions, stmt, platform().witnesses)
    if proof is None:
        raise NotReady(part="cosignatures")
    return Response(proof, content_type="text/plain; charset=utf-8")


@blueprint.route("/statements/<string:stmt>")
@blueprint.response(200, documents.LoggedStatement)
def get_statement(stmt: str) -> PlacedStatement:
    """Read one statement: its place in the log, and the signed bytes as received for those who may see them.

    Private members are shown to its signer and to the authority of the area.
    """
    return show_statement(platform().transactions, stmt, caller())


@blueprint.route("/heads")
@blueprint.arguments(HeadQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.response(200, documents.Head)
def get_head(query: Mapping[str, Any]) -> StreamHead:
    """Where a stream stands: the next statement takes seq + 1 and names stmt as prev."""
    require_own_name(query["iss"])
    return head_of(platform().transactions, query["iss"], query["stream"])


@blueprint.route("/drafts/check", methods=["POST"])
@blueprint.arguments(DraftsBody, error_status_code=400)
@blueprint.response(200, Results)
def check_drafts(content: Mapping[str, Any]) -> Response:
    """Try drafts before signing them: the same admission, nothing stored."""
    require_own_name(content["iss"])
    drafts = [
        DraftRecord(one["typ"], one["sub"], one["occurred_at"], one["data"], one["private"])
        for one in content["drafts"]
    ]
    outcomes = try_drafts(platform().transactions, content["iss"], drafts)
    return json_response(orjson.dumps({"results": results_of(outcomes)}))


def _submit(raws: Sequence[bytes], mode: str) -> list[Outcome]:
    begun, served = time.perf_counter(), platform()
    served.start()
    outcomes = served.acceptance.accept(raws, each=mode == "each")
    metrics_of(current_app).batch(outcomes, time.perf_counter() - begun)
    return outcomes


def _single_answer(receipt: Receipt) -> Response:
    preference = Preference.of(request.headers.getlist("Prefer"))
    proof, waited = _cosigned_proof(receipt, preference.seconds)
    members = receipt_of(receipt, proof)
    headers = {"Location": url_for("statements.get_statement", stmt=receipt.statement_id)}
    if preference.applied and waited:
        headers["Preference-Applied"] = preference.applied
    if proof is None:
        return json_response(orjson.dumps(members), HTTPStatus.ACCEPTED, **headers)
    status = HTTPStatus.CREATED if receipt.state == LOGGED else HTTPStatus.OK
    return json_response(orjson.dumps(members), status, **headers)


def _cosigned_proof(receipt: Receipt, seconds: float) -> tuple[str | None, bool]:
    """The proof where it is there, or comes in time while this request has a place to wait; and whether
    the caller's preference was heeded."""
    served = platform()
    there = served.cosigned.holds(receipt.index)
    if there or receipt.state != LOGGED:
        proof = proof_at(served.transactions, receipt.index, served.witnesses)
        if proof is not None:
            return proof, True
    if seconds <= 0:
        return None, True
    with places_of(current_app).place() as waited:
        if not waited or not served.cosigned.wait_for(receipt.index, seconds):
            return None, waited
    return proof_at(served.transactions, receipt.index, served.witnesses), True


def _batch_answer(outcomes: Sequence[Outcome], mode: str) -> Response:
    if not outcomes:
        raise BodyUnreadable(expected="JSON Lines", line=1)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    document = {"mode": mode, "results": results_of(outcomes)}
    if refused and mode == "all":
        cause = next((one for one in refused if not isinstance(one.refusal, GroupRefused)), refused[0])
        locale = problems.locale_of_request()
        members = problems.describe(cause.refusal, locale)
        return problems.respond({**members, **document}, locale, cause.refusal.http_status)
    return json_response(orjson.dumps(document), HTTPStatus.OK if refused else HTTPStatus.CREATED)
