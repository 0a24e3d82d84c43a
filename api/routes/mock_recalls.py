"""Mock-recall routes: draw a lot and read its scope, nothing is recalled; the trend of a firm."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask_smorest import Blueprint

from api.boundary import NO_STORE, Headed, caller, platform
from api.documents.mock_recalls import MockRecall, MockRecalls
from api.routes.analyses import firm_asked
from api.schemas.analyses import FirmQuery, MockRecallBody
from trace.usecases.recalls.mock_recall import MockRecall as Drawn
from trace.usecases.recalls.mock_recall import mock_recall, mock_recalls_of

blueprint = Blueprint("mock-recalls", __name__, url_prefix="/api/v1", description="召回演练 mock recalls")


@blueprint.route("/mock-recalls", methods=["POST"])
@blueprint.arguments(MockRecallBody)
@blueprint.response(200, MockRecall)
def post_mock_recall(body: Mapping[str, Any]) -> Drawn:
    """Draw a finished lot of a firm and read its scope by the clock: nothing is recalled, nobody told."""
    asking = caller()
    seed = body["seed"] or secrets.token_hex(8)
    firm = firm_asked(asking, body["firm"])
    return mock_recall(platform().transactions, asking, firm, seed=seed, lot=body["lot"])


@blueprint.route("/mock-recalls")
@blueprint.arguments(FirmQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.response(200, MockRecalls)
def get_mock_recalls(query: Mapping[str, Any]) -> Headed:
    """The mock recalls of a firm: its trend."""
    firm = firm_asked(caller(), query["firm"])
    found = mock_recalls_of(platform().transactions, caller(), firm)
    return {"mock_recalls": found}, HTTPStatus.OK, NO_STORE
