"""The monthly form of joint supervision: which there are, one whole, the list behind a figure."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from scanner_web.regulator.monthly_printed import shown_number
from trace.errors import Refusal
from trace.identity.region import district_of
from trace.oversight.monthly.year import is_year
from trace.platform.opening import Platform
from trace.rules.monthly_form import monthly_form
from trace.usecases.supervision.build_form import Stepping, Wish, build_form, take_form_step
from trace.usecases.supervision.read_form import (
    FormSeen,
    list_forms,
    read_form,
    read_list,
    read_live,
)

_ICONS: Final = ("doc", "tick", "cross", "warn", "clock", "down", "print", "pen", "question")
_SHEETS: Final = ("office.css",)


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of the monthly form."""
    _of_all(pages, platform)
    _of_one(pages, platform)


def _of_all(pages: Blueprint, platform: Platform) -> None:

    @pages.get("/office/monthly")
    def monthly_forms() -> Response:
        """The forms of the area, and the one that is due."""
        return _list(platform)

    @pages.post("/office/monthly")
    def build_monthly() -> AnyResponse:
        """Count and freeze the next revision, or be told why not with what was typed still there."""
        given = request.form
        typed = {name: given.get(name, "") for name in ("month", "highlights", "reason")}
        wish = Wish(current_actor(), given.get(KEY, ""), **typed)
        try:
            return redirect(build_form(platform.transactions, wish), 303)
        except Refusal as refusal:
            return _list(platform, refusal, typed)

    @pages.get("/office/monthly/live")
    def live_figures() -> Response:
        """The form of a month as it would be built now: no document, nothing that was sent."""
        seen = read_live(platform.transactions, current_actor(), request.args.get("month", ""))
        return _form(seen, None)


def _of_one(pages: Blueprint, platform: Platform) -> None:
    @pages.get("/office/monthly/<string:key>")
    def monthly_form_page(key: str) -> Response:
        """One form as it was frozen."""
        return _form(read_form(platform.transactions, current_actor(), key), None)

    @pages.post("/office/monthly/<string:key>/steps")
    def monthly_step(key: str) -> AnyResponse:
        """Approve it, return it, have it signed, send it."""
        given, of = request.form, reader_of(request)
        stepping = Stepping(
            current_actor(),
            given.get(KEY, ""),
            given.get("step", "")[:40],
            given.get("why", ""),
            of.say("office.monthly.title"),
        )
        try:
            return redirect(take_form_step(platform.transactions, key, stepping), 303)
        except Refusal as refusal:
            return _form(read_form(platform.transactions, current_actor(), key), refusal)

    @pages.get("/office/monthly/<string:key>/figures/<string:name>")
    def monthly_figure(key: str, name: str) -> Response:
        """The list that a figure counts, a part of it at a time."""
        asked = request.args.get("page", "1")
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
        listed = read_list(platform.transactions, current_actor(), key, name, number)
        return desk_page(
            "regulator/monthly_list.html", at="monthly", icons=_ICONS, sheets=_SHEETS, listed=listed,
            key=key, shown=shown_number,
        )  # fmt: skip


def _list(
    platform: Platform, refusal: Refusal | None = None, typed: dict[str, str] | None = None
) -> Response:
    found, given = list_forms(platform.transactions, current_actor()), typed or {}
    yearly = is_year(given.get("month", ""))
    return desk_page(
        "regulator/monthly.html", at="monthly", icons=_ICONS, sheets=_SHEETS, found=found, refusal=refusal,
        typed={} if yearly else given, typed_year=given if yearly else {}, form_of=monthly_form(),
        status=200 if refusal is None else refusal.http_status,
    )  # fmt: skip


def _form(seen: FormSeen, refusal: Refusal | None) -> Response:
    return desk_page(
        "regulator/monthly_form.html", at="monthly", icons=_ICONS, sheets=_SHEETS, seen=seen,
        refusal=refusal, form_of=monthly_form(), shown=shown_number, district=district_of,
        status=200 if refusal is None else refusal.http_status,
    )  # fmt: skip
