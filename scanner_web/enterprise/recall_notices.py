"""Recall notices by suppliers: read, and answered by lot with what became of the goods."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.recalls import ICONS, SHEETS, SPOKEN
from scanner_web.enterprise.redirects import to
from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor, signed_in
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.access.rights import SIGN
from trace.errors import Refusal
from trace.platform.opening import Platform
from trace.usecases.casework.notices_to_firm import propose_receipt
from trace.usecases.recalls.notices import ANSWERED, LOTS, Answer, open_notice, propose_reply
from trace.usecases.recalls.propose_steps import Proposing
from trace.usecases.signing.waiting import waiting_about

_ROWS: Final = range(LOTS)


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of recall notices."""

    @pages.get("/desk/recall-notices/<string:recall>")
    def recall_notice(recall: str) -> Response:
        """A notice, and the form of the answer."""
        return _page(platform, recall)

    @pages.post("/desk/recall-notices/<string:recall>")
    def answer_notice(recall: str) -> AnyResponse:
        """Prepare the answers, and go where they are signed."""
        sent = request.form
        answers = [
            Answer(
                sent[f"r{row}.lot"],
                sent.get(f"r{row}.unit", ""),
                {what: sent.get(f"r{row}.{what}", "") for what in ANSWERED},
                sent.get(f"r{row}.counting") == "yes",
                sent.get(f"r{row}.note", ""),
            )
            for row in _ROWS
            if sent.get(f"r{row}.lot")
        ]
        title = reader_of(request).say("work.recalls.reply.batch-reply")
        who = Proposing(current_actor(), signed_in().person.id, sent.get(KEY, ""), title, SPOKEN)
        try:
            return to(propose_reply(platform.transactions, who, recall, answers))
        except Refusal as refusal:
            return _page(platform, recall, refusal)

    @pages.post("/desk/official-notices/<string:statement>/receipt")
    def sign_for_notice(statement: str) -> AnyResponse:
        """Prepare the receipt for an authority's notice, and go where it is signed."""
        title = reader_of(request).say("work.recalls.official.receipt")
        who = Proposing(current_actor(), signed_in().person.id, request.form.get(KEY, ""), title, SPOKEN)
        return to(propose_receipt(platform.transactions, who, statement))


def _page(platform: Platform, recall: str, refusal: Refusal | None = None) -> Response:
    actor = current_actor()
    return desk_page(
        "enterprise/recall_notice.html",
        waits=waiting_about(platform.transactions, actor, {recall}),
        at="recalls",
        icons=ICONS,
        sheets=SHEETS,
        status=200 if refusal is None else refusal.http_status,
        opened=open_notice(platform.transactions, actor, recall),
        answered=ANSWERED,
        typed=request.form,
        may_sign=actor.may(SIGN),
        refusal=refusal,
    )
