"""Scan-alert routes: the regulator sees all alerts, a firm those of its own batches."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask_smorest import Blueprint

from api.boundary import NO_STORE, Headed, caller, platform
from api.documents.scans import Alert, Alerts
from api.schemas.scans import AlertQuery, FindingBody
from trace.usecases.scans.scan_alerts import ScanAlert, acknowledge_alert, record_finding, show_alerts

blueprint = Blueprint("scans", __name__, url_prefix="/api/v1", description="扫码提示 scans of codes")


@blueprint.route("/scan-alerts")
@blueprint.arguments(AlertQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.response(200, Alerts)
def get_alerts(query: Mapping[str, Any]) -> Headed:
    """Codes whose scans look copied or diverted; `trace:all` sees every firm's, other tokens their own."""
    found = show_alerts(
        platform().transactions, caller(), after=query["after"], limit=query["limit"], unread=query["unread"]
    )
    return found, HTTPStatus.OK, NO_STORE


@blueprint.route("/scan-alerts/<int:number>/acknowledgement", methods=["POST"])
@blueprint.response(200, Alert)
def post_acknowledgement(number: int) -> ScanAlert:
    """Say that an alert was seen. It stays in the list, and the code stays as it is."""
    return acknowledge_alert(platform().transactions, caller(), number)


@blueprint.route("/scan-alerts/<int:number>/finding", methods=["POST"])
@blueprint.arguments(FindingBody)
@blueprint.response(200, Alert)
def post_finding(body: Mapping[str, Any], number: int) -> ScanAlert:
    """What an authority found out; `harmless` takes the notice off the page, and the code is judged anew."""
    return record_finding(platform().transactions, caller(), number, body["finding"])
