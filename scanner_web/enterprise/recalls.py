"""A firm's own recalls: begun, planned, announced, reported and ended, with scope, clocks and figures."""

from __future__ import annotations

from functools import partial
from tempfile import TemporaryFile
from typing import Final

from flask import Blueprint, Response, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor, signed_in
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.access.rights import SIGN
from trace.chain.facts.oversight import ACKNOWLEDGEMENT
from trace.chain.facts.recall import RECALL
from trace.errors import RecallLacks, Refusal, UnknownLot
from trace.platform.opening import Platform
from trace.usecases.casework.notices_to_firm import list_official_notices
from trace.usecases.duties.by_rule import failed_goods
from trace.usecases.recalls import recall_texts
from trace.usecases.recalls.notices import list_notices
from trace.usecases.recalls.own_recalls import (
    COLUMNS,
    SHOWN_LINES,
    OwnRecall,
    limit_sets,
    list_own_recalls,
)
from trace.usecases.recalls.preview_recall import find_goods, preview_scope
from trace.usecases.recalls.propose_steps import (
    STEPS,
    TREATMENTS,
    Proposing,
    Starting,
    propose_start,
    propose_step,
    show_with_texts,
)
from trace.usecases.recalls.recall_texts import Words
from trace.usecases.recalls.write_recall import write_recall
from trace.usecases.signing.waiting import waiting_about
from trace.wording import DEFAULT, say

ICONS: Final = ("warn", "tick", "cross", "clock", "down", "pen", "truck", "doc", "search", "question", "bell")
SHEETS: Final = ("recalls.css",)
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SPOKEN: Final[Words] = partial(say, DEFAULT)
"""The words of papers: they are the law's, whoever reads the page."""


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of recalls."""

    @pages.get("/desk/recalls")
    def own_recalls() -> Response:
        """Own recalls, and notices of others' to answer."""
        actor = current_actor()
        return desk_page(
            "enterprise/recalls.html", at="recalls",
            failed=failed_goods(platform.transactions, actor), icons=ICONS, sheets=SHEETS,
            waits=waiting_about(platform.transactions, actor, None, {RECALL.typ, ACKNOWLEDGEMENT.typ}),
            recalls=list_own_recalls(platform.transactions, actor),
            notices=list_notices(platform.transactions, actor), may_sign=actor.may(SIGN),
            official=list_official_notices(platform.transactions, actor),
        )  # fmt: skip

    @pages.get("/desk/recalls/start")
    def recall_start() -> Response:
        """Goods to choose, and the scope of those that were chosen."""
        return _start_page(platform)

    @pages.post("/desk/recalls/start")
    def begin_recall() -> AnyResponse:
        """Prepare the recall, and go where it is signed."""
        sent = request.form
        start = Starting(
            sent.getlist("lot"), sent.get("level", ""), sent.get("reason", ""), sent.get("found", ""),
            sent.get("returnTo", ""), sent.get("function", ""), sent.get("phone", ""), sent.get("advice", ""),
        )  # fmt: skip
        try:
            return to(propose_start(platform.transactions, _proposing("begin.batch-start"), start))
        except (RecallLacks, UnknownLot) as refusal:
            return _start_page(platform, refusal)

    _register_one(pages, platform)


def _register_one(pages: Blueprint, platform: Platform) -> None:
    @pages.get("/desk/recalls/<string:recall>")
    def own_recall(recall: str) -> Response:
        """One recall with everything of it."""
        return _page(platform, recall)

    @pages.post("/desk/recalls/<string:recall>/<string:step>")
    def recall_step(recall: str, step: str) -> AnyResponse:
        """Show the text of a step, or prepare it and go where it is signed."""
        if step not in STEPS:
            return _page(platform, recall)
        if "look" in request.form:
            return _page(platform, recall, shown=step)
        try:
            who = _proposing(f"write.{step}")
            return to(propose_step(platform.transactions, who, recall, step, request.form))
        except Refusal as refusal:
            return _page(platform, recall, refusal, step)

    @pages.get("/desk/recalls/<string:recall>/recall.xlsx")
    def recall_file(recall: str) -> Response:
        """Scope, figures, clocks and papers for a spreadsheet, written in constant memory."""
        target = TemporaryFile()  # noqa: SIM115 - closed when it has been sent
        try:
            write_recall(platform.transactions, current_actor(), recall, target, reader_of(request).say)
        except BaseException:
            target.close()
            raise
        target.seek(0)
        return send_file(
            target, mimetype=_XLSX, as_attachment=True, download_name=f"recall-{recall[:12]}.xlsx"
        )


def _proposing(title: str) -> Proposing:
    words = reader_of(request).say(f"work.recalls.{title}")
    return Proposing(current_actor(), signed_in().person.id, request.form.get(KEY, ""), words, SPOKEN)


def _start_page(platform: Platform, refusal: Refusal | None = None) -> Response:
    actor, chosen, batch = current_actor(), request.values.getlist("lot"), request.args.get("batch", "")
    preview = None
    if chosen:
        try:
            preview = preview_scope(platform.transactions, actor, chosen)
        except UnknownLot as unknown:
            refusal = refusal or unknown
    return desk_page(
        "enterprise/recall_start.html",
        waits=waiting_about(platform.transactions, actor, None, {RECALL.typ}),
        at="recalls",
        icons=ICONS,
        sheets=SHEETS,
        status=200 if refusal is None else refusal.http_status,
        goods=find_goods(platform.transactions, actor, batch),
        batch=batch,
        chosen=chosen,
        preview=preview,
        columns=COLUMNS,
        sets=limit_sets(),
        typed=request.form,
        refusal=refusal,
    )


def _next(seen: OwnRecall) -> str:
    """The step that is to be done first."""
    done = {one.row.typ.rpartition(".")[2] for one in seen.said}
    return next((one for one in STEPS if one not in done), "")


def _page(platform: Platform, recall: str, refusal: Refusal | None = None, shown: str = "") -> Response:
    actor = current_actor()
    typed = {shown: request.form} if shown else {}
    seen, texts = show_with_texts(platform.transactions, actor, recall, typed, SPOKEN)
    return desk_page(
        "enterprise/recall.html",
        waits=waiting_about(platform.transactions, actor, {recall}),
        at="recalls",
        icons=ICONS,
        sheets=SHEETS,
        status=200 if refusal is None else refusal.http_status,
        seen=seen,
        texts=texts,
        asked=recall_texts.ASKED,
        typed_fields=recall_texts.TYPED,
        typed=request.form,
        shown=shown,
        next_step=_next(seen),
        columns=COLUMNS,
        shown_lines=SHOWN_LINES,
        treatments=TREATMENTS,
        now=platform.transactions.clock(),
        may_sign=actor.may(SIGN),
        refusal=refusal,
    )
