"""Scan-alert routes: the regulator sees all alerts, a firm those of its own batches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response
from flask_smorest import Blueprint

from api.boundary import actor, json_response, platform, require
from api.schemas.scans import AlertQuery, FindingBody
from trace.errors import TokenMissing
from trace.parties import Actor
from trace.usecases.scans.scan_alerts import acknowledge_alert, record_finding, show_alerts

blueprint = Blueprint("scans", __name__, url_prefix="/api/v1", description="扫码提示 scans of codes")


@blueprint.route("/scan-alerts")
@blueprint.arguments(AlertQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.doc(responses={"200": {"description": "alerts, oldest first, and where the next page begins"}})
def get_alerts(query: Mapping[str, Any]) -> Response:
    """Codes whose scans look copied or diverted; `trace:all` sees every firm's, other tokens their own."""
    found = show_alerts(
        platform().transactions, _caller(), after=query["after"], limit=query["limit"], unread=query["unread"]
    )
    return json_response(orjson.dumps(found), Cache_Control="no-store")


@blueprint.route("/scan-alerts/<int:number>/acknowledgement", methods=["POST"])
@blueprint.doc(responses={"200": {"description": "the alert, with who acknowledged it first"}})
def post_acknowledgement(number: int) -> Response:
    """Say that an alert was seen. It stays in the list, and the code stays as it is."""
    return json_response(orjson.dumps(acknowledge_alert(platform().transactions, _caller(), number)))


@blueprint.route("/scan-alerts/<int:number>/finding", methods=["POST"])
@blueprint.arguments(FindingBody)
@blueprint.doc(responses={"200": {"description": "the alert, with what was found"}})
def post_finding(body: Mapping[str, Any], number: int) -> Response:
    """What an authority found out; `harmless` takes the notice off the page, and the code is judged anew."""
    caller = require("trace:all")
    found = record_finding(platform().transactions, caller, number, body["finding"])
    return json_response(orjson.dumps(found))


def _caller() -> Actor:
    caller = actor()
    if caller is None:
        raise TokenMissing
    return caller
