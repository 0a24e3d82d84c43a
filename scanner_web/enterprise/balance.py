"""The firm's mass balance on a page: what passes it or is in doubt, licence years, batches; and as a file."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from flask import Blueprint, Response, request, send_file

from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.calendar.shanghai import day_in_shanghai
from trace.errors import PeriodMalformed, RightMissing
from trace.parties import OWN, Actor
from trace.platform.opening import Platform
from trace.usecases.analyses.keep_analysis import read_analysis
from trace.usecases.balance import shown as shown_ways
from trace.usecases.balance.mass_balance import balance_of_firm
from trace.usecases.balance.shown import ShownBalance
from trace.usecases.balance.write_balance import write_balance
from trace.usecases.ledgers.period import Period, period_of

BATCHES: Final = 200
"""Batches on the page; the file has all of them."""
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of the balance."""

    @pages.get("/desk/balance")
    def balance() -> Response:
        """The balance of a period, the current year unless told."""
        refusal: PeriodMalformed | None = None
        try:
            period = _period(platform)
        except PeriodMalformed as malformed:
            refusal, period = malformed, _year(platform)
        actor = current_actor()
        found = balance_of_firm(platform.transactions, actor, firm_of(actor), period)
        return desk_page(
            "enterprise/balance.html",
            at="balance",
            icons=("down", "print", "tick", "cross", "warn", "question"),
            sheets=("ledgers.css", "balance.css"),
            status=200 if refusal is None else refusal.http_status,
            shown=ShownBalance(found.kept),
            days={"from": period.first.isoformat(), "to": period.last.isoformat()},
            most=BATCHES,
            ways=shown_ways,
            refusal=refusal,
        )

    @pages.get("/desk/balance.xlsx")
    def balance_file() -> Response:
        """The whole of it for a spreadsheet."""
        actor, period = current_actor(), _period(platform)
        found = balance_of_firm(platform.transactions, actor, firm_of(actor), period)
        target = BytesIO()
        write_balance(ShownBalance(found.kept), target, reader_of(request).say)
        target.seek(0)
        called = f"balance-{period.first}-{period.last}.xlsx"
        return send_file(target, mimetype=_XLSX, as_attachment=True, download_name=called)

    @pages.get("/desk/analyses/<string:number>")
    def analysis_file(number: str) -> Response:
        """An analysis that was made for the organisation, byte for byte."""
        kept = read_analysis(platform.transactions, current_actor(), number)
        response = Response(kept.document, content_type="application/json")
        response.headers["Content-Disposition"] = f'attachment; filename="{kept.hash}.json"'
        return response


def firm_of(actor: Actor) -> str:
    """The organisation that a member acts for; raises `RightMissing`."""
    if actor.party is None:
        raise RightMissing(scope=OWN)
    return actor.party


def _period(platform: Platform) -> Period:
    year = _year(platform)
    asked = request.args
    first, last = asked.get("from") or year.first.isoformat(), asked.get("to") or year.last.isoformat()
    return period_of(first, last, platform.transactions.clock())


def _year(platform: Platform) -> Period:
    today = day_in_shanghai(platform.transactions.clock())
    return Period(today.replace(month=1, day=1), today.replace(month=12, day=31))
