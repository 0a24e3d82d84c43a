"""Joint work of the two departments of an area: mechanisms, exchange of risks, trainings."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from scanner_web.regulator.acted import acted
from trace.errors import Refusal
from trace.oversight.joint_work import KINDS
from trace.platform.opening import Platform
from trace.usecases.supervision.joint_work import Entering, enter_work, read_joint_work, take_act

_ICONS: Final = ("warn", "clock", "doc", "tick", "cross", "people", "pen")
_LOOKS: Final = {"confirmed": "ok", "entered": "info", "refused": "danger", "ended": "mute"}


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of joint work."""

    @pages.get("/office/joint-work")
    def joint_work() -> Response:
        """What waits for the other department first."""
        return _page(platform)

    @pages.post("/office/joint-work")
    def enter_joint_work() -> AnyResponse:
        """Enter a mechanism, an exchange or a training with its proof."""
        given = request.form
        names = ("kind", "title", "since", "about", "proof")
        entering = Entering(
            current_actor(), given.get(KEY, ""), **{name: given.get(name, "") for name in names}
        )
        return acted(lambda: enter_work(platform.transactions, entering), lambda no: _page(platform, no))

    @pages.post("/office/joint-work/<string:number>")
    def act_on_joint_work(number: str) -> AnyResponse:
        """Confirm it, refuse it, or say that it has ended."""
        given = request.form
        return acted(
            lambda: take_act(platform.transactions, current_actor(), given.get(KEY, ""), number, given),
            lambda no: _page(platform, no),
        )


def _page(platform: Platform, refusal: Refusal | None = None) -> Response:
    return desk_page(
        "regulator/joint_work.html",
        at="joint-work",
        icons=_ICONS,
        sheets=("office.css",),
        status=200 if refusal is None else refusal.http_status,
        refusal=refusal,
        found=read_joint_work(platform.transactions, current_actor()),
        kinds=KINDS,
        looks=_LOOKS,
        typed=request.form,
    )
