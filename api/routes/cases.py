"""Routes of cases: list, read, take a step; decided as on the pages, each look with its purpose."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from api.boundary import NO_STORE, Headed, caller, platform
from api.documents.cases import Case, Cases, CaseSource, CaseStep, OpenDisputes
from api.schemas.cases import CasesQuery, DisputesQuery, PurposeQuery, SourceBody, StepBody
from trace.errors import PaperUnfit
from trace.oversight.casework.clocks import OVERDUE, RUNNING, CaseClock
from trace.usecases.casework.list_cases import CaseRow, Wanted, find_cases
from trace.usecases.casework.list_disputes import list_disputes
from trace.usecases.casework.read_case import CaseSeen, look_at_case, look_at_paper
from trace.usecases.casework.take_step import Acting, Paper, take_step, where_it_stands
from trace.usecases.supervision.register_case import Registering, register_case

blueprint = Blueprint("cases", __name__, url_prefix="/api/v1", description="核查处置 cases of supervision")


@blueprint.route("/cases")
@blueprint.arguments(CasesQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.response(200, Cases)
def get_cases(query: Mapping[str, Any]) -> Headed:
    """The cases of one's department and area; each firm among them is told of the look."""
    wanted = Wanted(query["area"], query["state"], query["overdue"])
    desk = find_cases(platform().transactions, caller(), wanted, query["purpose"])
    rows = [_listed(one.row, one.party, one.officer, one.clock) for one in desk.cases]
    return {"cases": rows, "count": desk.count, "as_of": desk.now}, HTTPStatus.OK, NO_STORE


@blueprint.route("/cases", methods=["POST"])
@blueprint.arguments(SourceBody)
@blueprint.response(200, CaseSource)
def post_case(body: Mapping[str, Any]) -> dict[str, Any]:
    """Draft the source of a case. It is signed on a page by its person, and opens the case then."""
    given = Registering(
        caller(),
        body["key"],
        body["purpose"][:80] or body["source"],
        body["source"],
        body["purpose"],
        body["party"],
        tuple(body["lots"]),
        body["found_on"].isoformat(),
        body["authority"],
        body["reference"],
    )
    return {"leads_to": register_case(platform().transactions, given)}


@blueprint.route("/cases/<string:number>")
@blueprint.arguments(PurposeQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.response(200, Case)
def get_case(query: Mapping[str, Any], number: str) -> Headed:
    """One case whole; its goods are at `/lots/{lot}/scope`."""
    seen = look_at_case(platform().transactions, caller(), number, query["purpose"])
    return _case(seen), HTTPStatus.OK, NO_STORE


@blueprint.route("/cases/<string:number>/papers/<string:sha256>")
@blueprint.arguments(PurposeQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
def get_case_paper(query: Mapping[str, Any], number: str, sha256: str) -> Response:
    """A paper of a case, as it was handed in."""
    row, body = look_at_paper(platform().transactions, caller(), number, sha256, query["purpose"])
    return Response(body, content_type=row.media, headers=NO_STORE)


@blueprint.route("/cases/<string:number>/steps", methods=["POST"])
@blueprint.arguments(StepBody)
@blueprint.response(200, CaseStep)
def post_case_step(body: Mapping[str, Any], number: str) -> dict[str, Any]:
    """Take a step. What it prepares is signed on a page by its person; a stale version changes nothing."""
    acting = Acting(
        caller(),
        body["key"],
        body["version"],
        body["event"],
        body["why"],
        tuple(body["evidence"]),
        body["detail"],
        [_paper(**one) for one in body["papers"]],
        f"{number} · {body['event']}",
    )
    transactions = platform().transactions
    leads_to = take_step(transactions, number, acting)
    row = where_it_stands(transactions, caller(), number)
    return {"number": row.number, "state": row.state, "version": row.version, "leads_to": leads_to}


@blueprint.route("/disputes")
@blueprint.arguments(DisputesQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.response(200, OpenDisputes)
def get_disputes(query: Mapping[str, Any]) -> Headed:
    """Open disputes with a side in one's area; each firm among them is told of the look."""
    seen = list_disputes(platform().transactions, caller(), query["purpose"], query["after"])
    rows = [
        asdict(one.row) | {"between": one.between, "ends": one.ends, "cases": one.cases}
        for one in seen.disputes
    ]
    return {"disputes": rows, "count": seen.count, "as_of": seen.now}, HTTPStatus.OK, NO_STORE


def _paper(name: str, content: str) -> Paper:
    try:
        return Paper(name, base64.b64decode(content, validate=True))
    except (binascii.Error, ValueError):
        raise PaperUnfit(name=name, reason="another-form") from None


def _listed(row: CaseRow, party: str, officer: str, clock: CaseClock | None) -> dict[str, Any]:
    told = asdict(row) | {"party_name": party, "officer": officer, "major": list(row.major)}
    return told | {
        "overdue": clock is not None and clock.state == OVERDUE,
        "clock": _clock(clock) if clock is not None else None,
    }


def _case(seen: CaseSeen) -> dict[str, Any]:
    row = seen.row
    first = next((one for one in seen.clocks if one.state in {RUNNING, OVERDUE}), None)
    party, officer = seen.names.get(row.party, row.party), seen.names.get(row.officer, "")
    return _listed(row, party, officer, first) | {
        "clocks": [_clock(one) for one in seen.clocks],
        "events": seen.events,
        "papers": [
            {"sha256": one.digest, "name": one.name, "media_type": one.media, "bytes": one.size, "at": one.at}
            for one in seen.papers
        ],
        "choices": [
            {
                "event": one.step.event,
                "to": one.step.to,
                "evidence": one.step.evidence,
                "refusal": one.refusal.code if one.refusal is not None else None,
            }
            for one in seen.choices
        ],
        "proved": sorted(seen.proved),
        "others": [one.number for one in seen.others],
    }


def _clock(one: CaseClock) -> dict[str, Any]:
    return {
        "duty": one.duty,
        "state": one.state,
        "rule": one.rule.id,
        "limit": f"{one.rule.text} {one.rule.unit}",
        "clause": one.rule.cited,
        "confidence": one.rule.confidence,
        "since": one.since,
        "ends": one.ends.ends if one.ends is not None else None,
        "provisional": one.ends.provisional if one.ends is not None else False,
        "done": one.done,
    }
