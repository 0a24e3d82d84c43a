"""Recall routes: what is recalled now, and one recall with its packs, for anybody."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask_smorest import Blueprint

from api.boundary import NO_STORE, Headed, platform
from api.documents.recalls import Recall, Recalls
from api.schemas.recalls import RecallsQuery
from trace.identity import gtin, uscc
from trace.usecases.recalls.list_recalls import list_recalls, show_recall

blueprint = Blueprint("recalls", __name__, url_prefix="/api/v1", description="召回 recalls in force")


@blueprint.route("/recalls")
@blueprint.arguments(RecallsQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.response(200, Recalls)
def get_recalls(query: Mapping[str, Any]) -> Headed:
    """The recalls in force, the newest first: all, or those of a firm or of a product."""
    firm, number = query["firm"], query["gtin"]
    found = list_recalls(
        platform().transactions,
        firm=None if firm is None else f"urn:uscc:{uscc.parse(firm).text}",
        gtin=None if number is None else gtin.parse(number).text,
        before=query["before"],
    )
    return found, HTTPStatus.OK, NO_STORE


@blueprint.route("/recalls/<string:statement>")
@blueprint.response(200, Recall)
def get_recall(statement: str) -> Headed:
    """One recall, in force or lifted, with up to 200 of its packs."""
    return show_recall(platform().transactions, statement), HTTPStatus.OK, NO_STORE
