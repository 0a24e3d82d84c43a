"""Campaigns of the authorities of an area: planned, counted from records, closed."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from scanner_web.regulator.acted import acted
from trace.errors import Refusal
from trace.identity.region import district_of
from trace.oversight.campaigns import KINDS, TRADES
from trace.platform.opening import Platform
from trace.usecases.supervision.campaigns import (
    close_campaign,
    plan_campaign,
    read_campaign,
    read_campaigns,
)

_ICONS: Final = ("warn", "clock", "tick", "question", "pen")
_SHEETS: Final = ("office.css",)
_LOOKS: Final = {"closed": "mute", "coming": "info", "running": "ok", "over": "warn"}
_OPENS: Final = {"visits": "/office/visits/", "samples": "/office/samples/", "cases": "/office/cases/"}
_SHOWN: Final = 200


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of campaigns."""

    @pages.get("/office/campaigns")
    def campaigns() -> Response:
        """Those that run first."""
        return _list(platform)

    @pages.post("/office/campaigns")
    def plan_a_campaign() -> AnyResponse:
        """Plan a campaign."""
        given = request.form
        return acted(
            lambda: plan_campaign(platform.transactions, current_actor(), given.get(KEY, ""), given),
            lambda refusal: _list(platform, refusal),
        )

    @pages.get("/office/campaigns/<string:number>")
    def campaign(number: str) -> Response:
        """A campaign with what counts towards it."""
        return _one(platform, number)

    @pages.post("/office/campaigns/<string:number>")
    def close_a_campaign(number: str) -> AnyResponse:
        """Close it with its result."""
        given = request.form
        form, result = given.get(KEY, ""), given.get("result", "")
        return acted(
            lambda: close_campaign(platform.transactions, current_actor(), form, number, result),
            lambda refusal: _one(platform, number, refusal),
        )


def _list(platform: Platform, refusal: Refusal | None = None) -> Response:
    return _page(
        "regulator/campaigns.html", refusal, found=read_campaigns(platform.transactions, current_actor())
    )


def _one(platform: Platform, number: str, refusal: Refusal | None = None) -> Response:
    seen = read_campaign(platform.transactions, current_actor(), number)
    return _page("regulator/campaign.html", refusal, seen=seen, kinds=KINDS, opens=_OPENS, shown=_SHOWN)


def _page(template: str, refusal: Refusal | None, **values: Any) -> Response:
    return desk_page(
        template,
        at="campaigns",
        icons=_ICONS,
        sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status,
        refusal=refusal,
        trades=TRADES,
        looks=_LOOKS,
        district=lambda digits: district_of(digits[:6].ljust(6, "0")),
        typed=request.form,
        **values,
    )
