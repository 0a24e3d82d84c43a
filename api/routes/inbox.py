"""Inbox routes: hand-overs to the caller, claims on its goods, and the lines of a delivery note."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask_smorest import Blueprint

from api.boundary import NO_STORE, Headed, caller, platform
from api.documents.inbox import Addressed, Inbox, NoteLines, Unanswered
from api.schemas.inbox import AddressedBody, InboxQuery, NoteBody, UnansweredQuery
from trace.usecases.inbox.list_unanswered import list_unanswered
from trace.usecases.inbox.open_note import open_note
from trace.usecases.inbox.read_inbox import read_inbox
from trace.usecases.log.serve_addressed import serve_addressed

blueprint = Blueprint("inbox", __name__, url_prefix="/api/v1", description="收件箱 what waits for one's word")


@blueprint.route("/inbox")
@blueprint.arguments(InboxQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.response(200, Inbox)
def get_inbox(query: Mapping[str, Any]) -> Headed:
    """Hand-overs that are open to the caller's party, and claims on its goods that wait for its word.

    Claims are grouped by counterpart; `counterpart` shows all of one.
    """
    found = read_inbox(platform().transactions, caller(), query["counterpart"])
    return found, HTTPStatus.OK, NO_STORE


@blueprint.route("/unanswered")
@blueprint.arguments(UnansweredQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.response(200, Unanswered)
def get_unanswered(query: Mapping[str, Any]) -> Headed:
    """Claims and hand-overs that nobody has answered, by the firm whose word they wait for, oldest first.

    For an authority, of its area; `party` shows all of one firm.
    """
    found = list_unanswered(platform().transactions, caller(), query["party"])
    return found, HTTPStatus.OK, NO_STORE


@blueprint.route("/inbox/note", methods=["POST"])
@blueprint.arguments(NoteBody, error_status_code=400)
@blueprint.response(200, NoteLines)
def post_note(body: Mapping[str, Any]) -> Headed:
    """Open a delivery note by its code: the lines addressed to the caller, each with its salt."""
    lines = open_note(platform().transactions, caller(), body["note"])
    return {"lines": lines}, HTTPStatus.OK, NO_STORE


@blueprint.route("/feed/addressed", methods=["POST"])
@blueprint.arguments(AddressedBody, error_status_code=400)
@blueprint.response(200, Addressed)
def post_addressed(body: Mapping[str, Any]) -> Headed:
    """What this log addresses to the parties of a platform that the policy names, for its inbox."""
    served = platform()
    page = serve_addressed(served.transactions, served.trust, body["log"], body["parties"], body["after"])
    return page, HTTPStatus.OK, NO_STORE
