"""Analyses of an authority: what its people asked, and a form for each question; the purpose comes first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from scanner_web.regulator.find import PURPOSES
from trace.calendar.shanghai import day_in_shanghai
from trace.errors import AnalysisUnknown, PurposeMissing, Refusal, TextTooLong
from trace.identity.typed import typed
from trace.platform.opening import Platform
from trace.usecases.inquiries.choose_tested import TestedLots, choose_tested
from trace.usecases.inquiries.questions import BALANCE, FIRST, GAPS, LEDGER, SHARE, SOURCE
from trace.usecases.inquiries.runs import ask, list_asked, open_run
from trace.usecases.search.find_names import find_names

_ICONS: Final = ("search", "doc", "graph", "flask", "bars", "question", "warn", "tick", "clock", "down")
_SHEETS: Final = ("office.css", "analyses.css")
_MOST_LOTS: Final = 2_000
_TESTED: Final = frozenset({SOURCE, FIRST})
_FIRM: Final = "urn:uscc:"
QUESTIONS: Final[Mapping[str, str]] = {
    SOURCE: "search",
    SHARE: "graph",
    FIRST: "flask",
    BALANCE: "bars",
    GAPS: "question",
    LEDGER: "doc",
}
"""Name of a question -> its icon, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it stands: what was asked, what for, and what the tested lots are looked up by."""

    asked: Mapping[str, Any]
    purpose: str
    product: str = ""


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of the list and of the forms."""

    @pages.get("/office/analyses")
    def analyses() -> Response:
        """What this authority asked, the newest first, and what can be asked."""
        return desk_page(
            "regulator/analyses.html", at="analyses", icons=_ICONS, sheets=_SHEETS,
            runs=list_asked(platform.transactions, current_actor()), questions=QUESTIONS,
        )  # fmt: skip

    @pages.get("/office/analyses/ask/<string:name>")
    def ask_form(name: str) -> Response:
        """A question to fill in; `again` fills it in as it was asked before."""
        _require(name)
        again = request.args.get("again", "")
        if again:
            run = open_run(platform.transactions, current_actor(), again).run
            return _form(platform, name, Filled(run.asked, run.purpose))
        given = request.args
        purpose, product = given.get("purpose", "")[:200], given.get("product", "")[:80]
        return _form(platform, name, Filled(_asked(platform, name, given), purpose, product))

    @pages.post("/office/analyses/ask/<string:name>")
    def hand_in(name: str) -> AnyResponse:
        """Hand a question in, or be told why not with what was filled in still there."""
        _require(name)
        given = request.form
        asked, purpose = _asked(platform, name, given), given.get("purpose", "")
        actor, key = current_actor(), given.get(KEY, "")
        try:
            number = ask(platform.transactions, actor, name, asked, purpose, key)
        except Refusal as refusal:
            filled = Filled(asked, purpose[:200], given.get("product", "")[:80])
            return _form(platform, name, filled, refusal)
        platform.nudge()
        return redirect(f"/office/analyses/{number}", 303)


def _require(name: str) -> None:
    if name not in QUESTIONS:
        raise AnalysisUnknown(hash=name[:64])


def _form(platform: Platform, name: str, filled: Filled, refusal: Refusal | None = None) -> Response:
    tested = TestedLots()
    if name in _TESTED and filled.purpose:
        try:
            tested = choose_tested(platform.transactions, current_actor(), filled.product, filled.purpose)
        except (PurposeMissing, TextTooLong) as missing:
            refusal = refusal or missing
    listed = {one.test.urn for one in tested.lots}
    others = {
        side: [urn for urn in filled.asked.get(side, ()) if urn not in listed]
        for side in ("failing", "passing")
    }
    return desk_page(
        "regulator/analysis_ask.html", at="analyses", icons=_ICONS, sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status, name=name, asked=filled.asked,
        purpose=filled.purpose, product=filled.product, tested=tested, others=others, refusal=refusal,
        purposes=PURPOSES,
    )  # fmt: skip


def _asked(platform: Platform, name: str, given: MultiDict[str, str]) -> dict[str, Any]:
    """What a form asks: of what was left out it says so with a blank."""
    if name in _TESTED:
        asked: dict[str, Any] = {
            "failing": _lots(given, "failing"),
            "passing": _lots(given, "passing"),
            "kill_steps": _lots(given, "kill_steps"),
            "ignore_time": given.get("ignore_time") == "1",
            "ignore_disputed": given.get("ignore_disputed") == "1",
            "certain_only": given.get("certain_only") == "1",
        }
        if name == FIRST:
            asked |= {
                side: _percent(given, side, by) for side, by in (("sensitivity", 90), ("specificity", 98))
            }
        return asked
    if name == LEDGER:
        return {}
    if name == SHARE:
        return {"lot": typed(given.get("lot", "")[:300])}
    firm = _firm(platform, given.get("firm", ""))
    if name == GAPS:
        return {"firm": firm}
    today = day_in_shanghai(platform.transactions.clock())
    return {
        "firm": firm,
        "region": given.get("region", "").strip()[:6] if not firm else "",
        "from": given.get("from", "")[:10] or today.replace(month=1, day=1).isoformat(),
        "to": given.get("to", "")[:10] or today.replace(month=12, day=31).isoformat(),
    }


def _lots(given: MultiDict[str, str], side: str) -> list[str]:
    """The lots that were ticked and those that were typed, each once."""
    words = " ".join(given.getlist(side)).split()
    return list(dict.fromkeys(typed(word) for word in words))[:_MOST_LOTS]


def _percent(given: MultiDict[str, str], side: str, otherwise: int) -> int:
    text = given.get(side, "")
    is_one = text.isascii() and text.isdigit() and len(text) <= len("100")
    return int(text) if is_one and 1 <= int(text) <= 100 else otherwise


def _firm(platform: Platform, text: str) -> str:
    """A firm by its code, or by a name that one firm alone bears."""
    wanted = typed(text[:100])
    if not wanted or wanted.startswith(_FIRM):
        return wanted
    found = find_names(platform.transactions, wanted).firms
    return f"{_FIRM}{found[0].code}" if len(found) == 1 else f"{_FIRM}{wanted.upper()}"
