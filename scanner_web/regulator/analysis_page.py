"""One analysis: how far it is, then its answer with all that it rests on; as a file and as the document."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO
from typing import Any, Final

import orjson
from flask import Blueprint, Response, redirect, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.errors import AnalysisUnknown
from trace.oversight.gaps import closed
from trace.platform.opening import Platform
from trace.usecases.balance import shown as shown_ways
from trace.usecases.balance.mass_balance import NAME as OF_FIRM
from trace.usecases.balance.shown import ShownBalance
from trace.usecases.gaps.find_gaps import NAME as GAPS
from trace.usecases.gaps.find_gaps import kept_gaps
from trace.usecases.inquiries.questions import FILE, GOODS
from trace.usecases.inquiries.runs import Opened, earlier, open_run
from trace.usecases.inquiries.write_analysis import write_analysis

SHOWN: Final = 200
"""Rows of a list on the page; the file has all of them."""
_LEAST: Final = Fraction(1, 1000)
RENEW_SECONDS: Final = 2
_OF_CASES: Final = {GOODS: "", FILE: "#files"}
"""Whose answer is shown on the page of their case, and where on it."""
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ICONS: Final = (
    "down",
    "print",
    "doc",
    "tick",
    "cross",
    "warn",
    "question",
    "clock",
    "search",
    "flask",
    "graph",
)
_SHEETS: Final = ("office.css", "ledgers.css", "balance.css", "analyses.css")


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of one analysis."""

    @pages.get("/office/analyses/<string:number>")
    def analysis(number: str) -> AnyResponse:
        """How far it is, renewing itself; or its answer. `firm` opens a firm's own within a region's."""
        part = request.args.get("firm", "")[:64]
        opened = open_run(platform.transactions, current_actor(), number, part=part)
        if opened.run.name in _OF_CASES and opened.run.hash is not None:
            return redirect(f"/office/cases/{opened.run.asked['case']}{_OF_CASES[opened.run.name]}", 303)
        if opened.kept is None:
            response = desk_page(
                "regulator/analysis_run.html", at="analyses", icons=_ICONS, sheets=_SHEETS, run=opened.run
            )
            if not opened.run.ended:
                response.headers["Refresh"] = str(RENEW_SECONDS)
            return response
        return _answer(platform, opened, part)

    @pages.get("/office/analyses/<string:number>/analysis.xlsx")
    def analysis_sheets(number: str) -> Response:
        """The whole answer for a spreadsheet; of gaps it is the request to the firm."""
        opened, kept = _file(platform, number)
        target = BytesIO()
        write_analysis(opened, target, reader_of(request).say)
        target.seek(0)
        called = f"{opened.run.name}-{kept[:12]}.xlsx"
        return send_file(target, mimetype=_XLSX, as_attachment=True, download_name=called)

    @pages.get("/office/analyses/<string:number>/analysis.json")
    def analysis_document(number: str) -> Response:
        """The document, byte for byte as it is kept: SHA-256 of it is its hash."""
        opened, key = _file(platform, number)
        response = Response(opened.kept.document if opened.kept else b"", content_type="application/json")
        response.headers["Content-Disposition"] = f'attachment; filename="{key}.json"'
        return response


def _file(platform: Platform, number: str) -> tuple[Opened, str]:
    part = request.args.get("firm", "")[:64]
    opened = open_run(platform.transactions, current_actor(), number, "file", part)
    if opened.kept is None:
        raise AnalysisUnknown(hash=number[:64])
    return opened, opened.kept.hash


def _answer(platform: Platform, opened: Opened, part: str) -> Response:
    run, kept = opened.run, opened.kept
    document: dict[str, Any] = orjson.loads(kept.document) if kept is not None else {}
    sort = document["question"]["name"]
    shown: dict[str, Any] = {}
    if kept is not None and sort == OF_FIRM:
        asked = document["question"]
        shown = {"balance": ShownBalance(kept), "days": {"from": asked["from"], "to": asked["to"]}}
    elif kept is not None and sort == GAPS:
        gaps = kept_gaps(kept)
        before = earlier(platform.transactions, current_actor(), run)
        keys = [] if before is None else [gap.key for gap in kept_gaps(before[1])]
        shown = {
            "gaps": gaps,
            "before": before,
            "asked_before": len(keys),
            "closed": len(closed(keys, {gap.key for gap in gaps})),
        }
    return desk_page(
        "regulator/analysis.html", at="analyses", icons=_ICONS, sheets=_SHEETS, run=run, part=part, sort=sort,
        document=document, answer=document["answer"], hash=kept.hash if kept else "", names=opened.names,
        most=SHOWN, ways=shown_ways, figure=figure, percent=percent, **shown,
    )  # fmt: skip


def percent(of_one: str | None) -> str:
    """An exact fraction or decimal in per cent, "" for none; little is never shown as nought."""
    if of_one is None:
        return ""
    exact = Fraction(of_one)
    if 0 < exact < _LEAST:
        return f"< {float(_LEAST) * 100:.1f} %"
    if 1 - _LEAST < exact < 1:
        return f"> {float(1 - _LEAST) * 100:.1f} %"
    return f"{float(exact) * 100:.1f} %"


def figure(exact: str) -> str:
    """An exact fraction in three significant digits."""
    return f"{float(Fraction(exact)):.3g}"
