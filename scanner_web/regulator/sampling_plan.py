"""The sampling plan of a year: its items with what was taken of each, and the signals that speak for more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.errors import Refusal
from trace.oversight.sampling import PLAN_KINDS, SIGNALS
from trace.platform.opening import Platform
from trace.usecases.supervision.sampling_plan import TYPED, give_up_item, plan_sampling, read_plan

_ICONS: Final = ("warn", "clock", "tick", "stop", "doc", "pen", "question")
_SHEETS: Final = ("office.css",)
_LONGEST: Final = 400


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of the sampling plan."""

    @pages.get("/office/sampling-plan")
    def plan() -> Response:
        """The plan of a year."""
        return _page(platform, {name: request.args.get(name, "")[:_LONGEST] for name in TYPED})

    @pages.post("/office/sampling-plan")
    def plan_item() -> AnyResponse:
        """Put an item on the plan."""
        typed = {name: request.form.get(name, "") for name in TYPED}
        form = request.form.get(KEY, "")
        try:
            return redirect(plan_sampling(platform.transactions, current_actor(), form, typed), 303)
        except Refusal as refusal:
            return _page(platform, typed, refusal)

    @pages.post("/office/sampling-plan/<string:number>/end")
    def end_item(number: str) -> AnyResponse:
        """Give an item up, with the reason."""
        form, why = request.form.get(KEY, ""), request.form.get("why", "")
        try:
            return redirect(give_up_item(platform.transactions, current_actor(), form, number, why), 303)
        except Refusal as refusal:
            return _page(platform, {}, refusal)


def _page(platform: Platform, typed: Mapping[str, str], refusal: Refusal | None = None) -> Response:
    year = request.args.get("year", "")
    return desk_page(
        "regulator/sampling_plan.html", at="sampling-plan", icons=_ICONS, sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status, refusal=refusal, typed=typed,
        kinds=PLAN_KINDS, signals=SIGNALS,
        seen=read_plan(platform.transactions, current_actor(), year),
    )  # fmt: skip
