"""The register of farms of an area, the villages with their officers, what lies in no cell; a farm's file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.told import kind_name, told
from scanner_web.frame.workspace import desk_page
from trace.errors import Refusal
from trace.oversight.farm_history import HEADS
from trace.platform.opening import Platform
from trace.usecases.supervision.farms import assign_cell, read_farms
from trace.usecases.visits.farm_file import MOST, read_farm_file

_ICONS: Final = ("warn", "tick", "question", "people", "pen", "clock", "doc")
_SHEETS: Final = ("office.css",)
_TYPED: Final = ("village", "name", "officer")
_LONGEST: Final = 80


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of the register of farms."""

    @pages.get("/office/farms")
    def farms() -> Response:
        """What is missing first."""
        return _page(platform, {name: request.args.get(name, "")[:_LONGEST] for name in _TYPED})

    @pages.get("/office/farms/<string:party>")
    def farm_file(party: str) -> Response:
        """One farm with the history of producer, environment and inputs."""
        of = reader_of(request)
        return desk_page(
            "regulator/farm.html", at="farms", icons=_ICONS, sheets=_SHEETS, heads=HEADS,
            file=read_farm_file(platform.transactions, current_actor(), party), most=MOST,
            kind=lambda typ: kind_name(of.locale, typ),
            told=lambda typ, data: told(of.locale, typ, _without_shape(data)),
        )  # fmt: skip

    @pages.post("/office/farms/cells")
    def assign() -> AnyResponse:
        """Make somebody responsible for a village, or say why not with what was typed still there."""
        typed = {name: request.form.get(name, "") for name in _TYPED}
        try:
            to = assign_cell(
                platform.transactions, current_actor(), request.form.get(KEY, ""), typed["village"],
                typed["name"], typed["officer"],
            )  # fmt: skip
        except Refusal as refusal:
            return _page(platform, typed, refusal)
        return redirect(to, 303)


def _without_shape(data: Mapping[str, Any]) -> dict[str, Any]:
    """What is told in words: a shape is drawn."""
    return {name: value for name, value in data.items() if name != "sketch"}


def _page(platform: Platform, typed: dict[str, str], refusal: Refusal | None = None) -> Response:
    return desk_page(
        "regulator/farms.html", at="farms", icons=_ICONS, sheets=_SHEETS, typed=typed, refusal=refusal,
        status=200 if refusal is None else refusal.http_status,
        found=read_farms(platform.transactions, current_actor()),
    )  # fmt: skip
