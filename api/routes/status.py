"""The recall-status route: what the market bureau is to sign (docs/record-format.md §11)."""

from __future__ import annotations

from http import HTTPStatus

from flask_smorest import Blueprint

from api.boundary import NO_STORE, Headed, platform
from api.documents.status import RecallStatus
from trace.usecases.batch_page.recall_status import read_status

blueprint = Blueprint("status", __name__, url_prefix="/api/v1", description="召回状态 recall status")


@blueprint.route("/status")
@blueprint.response(200, RecallStatus)
def get_status() -> Headed:
    """The data of a status.snapshot as of now: the log's size, and every lot under recall by its tag."""
    return read_status(platform().transactions, platform().lot_key), HTTPStatus.OK, NO_STORE
