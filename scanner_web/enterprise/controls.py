"""日管控, 周排查, 月调度: the records of the last days, weeks and months, and the form of one."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor, signed_in
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.access.rights import SIGN
from trace.calendar.periods import PERIODS
from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.control import RESULTS, control_name, risks_name
from trace.errors import ControlIncomplete, ControlSigner, RiskListUnfit
from trace.platform.opening import Platform
from trace.usecases.controls.own_controls import (
    Filling,
    list_controls,
    open_form,
    propose_control,
    signs_as,
)
from trace.usecases.controls.risk_list import as_lines, own_risk_list, propose_risk_list
from trace.usecases.signing.waiting import waiting_about

_ICONS: Final = ("tick", "warn", "clock", "question", "pen", "doc")
_SHEETS: Final = ("controls.css",)


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of own control."""

    @pages.get("/desk/controls")
    def own_controls() -> Response:
        """What was recorded, and what is due."""
        return desk_page(
            "enterprise/controls.html", at="controls", icons=_ICONS, sheets=_SHEETS,
            controls=list_controls(platform.transactions, current_actor()),
            today=day_in_shanghai(platform.transactions.clock()),
        )  # fmt: skip

    @pages.get("/desk/controls/risks")
    def risk_list() -> Response:
        """The list of risks that a day is checked by."""
        return _risks(platform)

    @pages.post("/desk/controls/risks")
    def write_risk_list() -> AnyResponse:
        """Draft the list anew, and go where it is signed."""
        title = reader_of(request).say("work.controls.risks.title")
        who = Filling(current_actor(), signed_in().person.id, _roles(), request.form.get(KEY, ""), title)
        try:
            return to(propose_risk_list(platform.transactions, who, request.form))
        except (ControlSigner, RiskListUnfit) as refusal:
            return _risks(platform, refusal)

    @pages.get("/desk/controls/<string:period>/<string:day>")
    def control_form(period: str, day: str) -> Response:
        """The form of a period, with what stands."""
        return _page(platform, period, day)

    @pages.post("/desk/controls/<string:period>/<string:day>")
    def fill_control(period: str, day: str) -> AnyResponse:
        """Prepare the record, and go where it is signed."""
        title = reader_of(request).say(f"work.controls.{period if period in PERIODS else 'title'}")
        who = Filling(current_actor(), signed_in().person.id, _roles(), request.form.get(KEY, ""), title)
        try:
            return to(propose_control(platform.transactions, who, period, day, request.form))
        except (ControlIncomplete, ControlSigner) as refusal:
            return _page(platform, period, day, refusal)


def _roles() -> tuple[str, ...]:
    return tuple(sorted(signed_in().actor.duties))


def _risks(platform: Platform, refusal: ControlSigner | RiskListUnfit | None = None) -> Response:
    actor = current_actor()
    listed = own_risk_list(platform.transactions, actor)
    return desk_page(
        "enterprise/control_risks.html", at="controls", icons=_ICONS, sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status, refusal=refusal, listed=listed,
        waits=waiting_about(platform.transactions, actor, {risks_name(actor.party or "")}),
        lines=request.form.get("lines", as_lines(listed)), may_sign=actor.may(SIGN),
    )  # fmt: skip


def _page(
    platform: Platform, period: str, day: str, refusal: ControlIncomplete | ControlSigner | None = None
) -> Response:
    actor = current_actor()
    opened = open_form(platform.transactions, actor, period, day)
    record = opened.seen.record
    name = control_name(actor.party or "", period, opened.seen.control.first)
    stands = {} if record is None else {one["item"]: one for one in record.data.get("items") or ()}
    return desk_page(
        "enterprise/control.html",
        waits=waiting_about(platform.transactions, actor, {name}),
        at="controls",
        icons=_ICONS,
        sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status,
        period=period,
        opened=opened,
        stands=stands,
        found={} if record is None else {one["number"]: one for one in record.data.get("risks") or ()},
        written={} if record is None else record.data,
        results=RESULTS,
        mine=signs_as(opened, _roles()),
        may_sign=actor.may(SIGN),
        typed=request.form,
        refusal=refusal,
    )
