"""Analysis routes: what was computed, by its hash, for those for whom it was made."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from api.boundary import NO_STORE, Headed, caller, json_response, platform
from api.documents.analyses import Analyses, Analysis
from api.schemas.analyses import BalanceBody, FirmBody
from api.schemas.common_source import CommonSourceBody, ContributionBody
from trace.errors import RightMissing
from trace.parties import OWN, Actor
from trace.usecases.analyses.common_source import SourceReading, find_common_source
from trace.usecases.analyses.contribution import find_contribution
from trace.usecases.analyses.keep_analysis import Kept, list_analyses, read_analysis
from trace.usecases.balance.mass_balance import balance_of_firm, balance_of_region
from trace.usecases.gaps.find_gaps import find_gaps
from trace.usecases.ledgers.period import period_of

blueprint = Blueprint("analyses", __name__, url_prefix="/api/v1", description="分析 analyses by their hash")


@blueprint.route("/analyses")
@blueprint.response(200, Analyses)
def get_analyses() -> Headed:
    """The analyses that were made for the caller, at most two hundred."""
    return {"analyses": list_analyses(platform().transactions, caller())}, HTTPStatus.OK, NO_STORE


@blueprint.route("/analyses/<string:hash>")
@blueprint.response(200, Analysis)
def get_analysis(hash: str) -> Response:  # noqa: A002 - the name in the address
    """An analysis, byte for byte as it was kept: SHA-256 of the body is its address."""
    return kept_response(read_analysis(platform().transactions, caller(), hash))


@blueprint.route("/analyses/mass-balance", methods=["POST"])
@blueprint.arguments(BalanceBody)
@blueprint.response(200, Analysis)
def post_mass_balance(body: Mapping[str, Any]) -> Response:
    """The mass balance of a firm, or of every firm of a region.

    Five levels: batches, certified goods, licence, plots, pairs. The same question about the same records is
    answered by the same document.
    """
    served, asking = platform(), caller()
    period = period_of(body["first"], body["last"], served.transactions.clock())
    if body["region"]:
        return kept_response(balance_of_region(served.transactions, asking, body["region"], period))
    firm = firm_asked(asking, body["firm"])
    return kept_response(balance_of_firm(served.transactions, asking, firm, period).kept)


@blueprint.route("/analyses/gaps", methods=["POST"])
@blueprint.arguments(FirmBody)
@blueprint.response(200, Analysis)
def post_gaps(body: Mapping[str, Any]) -> Response:
    """Where a firm's records do not close, by the rule book; asked by an authority, a request to the firm.

    A gap closes when its answer comes as signed records.
    """
    asking = caller()
    firm = firm_asked(asking, body["firm"])
    return kept_response(find_gaps(platform().transactions, asking, firm).kept)


def firm_asked(asking: Actor, firm: str) -> str:
    """The firm that a question is about: the caller's own where none is named. Raises `RightMissing`."""
    asked = firm or asking.party
    if asked is None:
        raise RightMissing(scope=OWN)
    return asked


@blueprint.route("/analyses/common-source", methods=["POST"])
@blueprint.arguments(CommonSourceBody, error_status_code=400)
@blueprint.response(200, Analysis)
def post_common_source(body: Mapping[str, Any]) -> Response:
    """What failing batches share that passing ones do not: classes of lots that records cannot tell apart."""
    asked = dict(body)
    failing, passing = asked.pop("failing"), asked.pop("passing")
    kept = find_common_source(platform().transactions, caller(), failing, passing, SourceReading(**asked))
    return kept_response(kept)


@blueprint.route("/analyses/contribution", methods=["POST"])
@blueprint.arguments(ContributionBody, error_status_code=400)
@blueprint.response(200, Analysis)
def post_contribution(body: Mapping[str, Any]) -> Response:
    """The exact share of a lot in all made of it and at every consignee, and of its sources in it."""
    return kept_response(find_contribution(platform().transactions, caller(), body["lot"]))


def kept_response(kept: Kept) -> Response:
    """An analysis as the answer of whatever route made or found it; `Content-Location` is its address."""
    response = json_response(kept.document, Content_Location=f"/api/v1/analyses/{kept.hash}")
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(kept.hash)
    response.make_conditional(request)
    return response
