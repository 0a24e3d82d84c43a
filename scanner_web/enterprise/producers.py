"""The register of producers of green food for an authority: who is on it on a day, and why it changed."""

from __future__ import annotations

from flask import Blueprint, Response, request

from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.errors import PeriodMalformed
from trace.platform.opening import Platform
from trace.usecases.ledgers.period import Period, period_of
from trace.usecases.supervision.read_register import read_register


def register(pages: Blueprint, platform: Platform) -> None:
    """The route of the register."""

    @pages.get("/desk/register")
    def producers() -> Response:
        """The register at the end of the period, and what changed in it."""
        refusal: PeriodMalformed | None = None
        now = platform.transactions.clock()
        try:
            period = period_of(request.args.get("from", ""), request.args.get("to", ""), now)
        except PeriodMalformed as malformed:
            refusal, period = malformed, period_of("", "", now)
        return desk_page(
            "enterprise/producers.html",
            at="register",
            icons=("tick", "cross", "pen", "store"),
            sheets=("ledgers.css",),
            status=200 if refusal is None else refusal.http_status,
            found=read_register(platform.transactions, current_actor(), period),
            days=_days(period),
            refusal=refusal,
        )


def _days(period: Period) -> dict[str, str]:
    return {"from": period.first.isoformat(), "to": period.last.isoformat()}
