"""Credit files: failing samples, penalties and measures of firms, and where penalties were published."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.chain.facts.oversight_forms import FALLEN
from trace.errors import Refusal
from trace.platform.opening import Platform
from trace.rules.duty_list import typed_bases
from trace.usecases.supervision.bad_faith import read_bad_faith, state_act
from trace.usecases.supervision.credit import note_publication, propose_revocation, read_credit

_ICONS: Final = ("warn", "clock", "tick", "stop", "doc", "pen", "question")
_SHEETS: Final = ("office.css",)


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of credit files."""

    @pages.get("/office/credit")
    def credit() -> Response:
        """What stands of the firms, or of one."""
        return _page(platform)

    @pages.post("/office/credit/<string:record>/published")
    def published(record: str) -> AnyResponse:
        """Note where a penalty was published."""
        form = request.form.get(KEY, "")
        try:
            return redirect(
                note_publication(platform.transactions, current_actor(), form, record, request.form), 303
            )
        except Refusal as refusal:
            return _page(platform, refusal)

    @pages.post("/office/credit/<string:record>/fallen")
    def fallen(record: str) -> AnyResponse:
        """Draft that a penalty of one's own authority fell, and go where it is signed."""
        form = request.form.get(KEY, "")
        try:
            to = propose_revocation(platform.transactions, current_actor(), form, record, request.form)
            return redirect(to, 303)
        except Refusal as refusal:
            return _page(platform, refusal)

    @pages.post("/office/credit/bad-faith")
    def bad_faith() -> AnyResponse:
        """List a firm, repair its credit or remove it."""
        form = request.form.get(KEY, "")
        try:
            return redirect(state_act(platform.transactions, current_actor(), form, request.form), 303)
        except Refusal as refusal:
            return _page(platform, refusal)


def _page(platform: Platform, refusal: Refusal | None = None) -> Response:
    firm = request.args.get("firm", "")[:100]
    return desk_page(
        "regulator/credit.html", at="credit", icons=_ICONS, sheets=_SHEETS, refusal=refusal, firm=firm,
        fallen=FALLEN, typed_bases=typed_bases, places=platform.transactions.rules.jurisdictions,
        status=200 if refusal is None else refusal.http_status,
        seen=read_credit(platform.transactions, current_actor(), firm),
        bad=read_bad_faith(platform.transactions, current_actor()),
    )  # fmt: skip
