"""Forms of visits: what each holds, where its items come from, its versions; and a new version by lines."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.access.rights import INSPECT, ORGANISATIONS
from trace.errors import Refusal
from trace.oversight.visits.forms import lines_of
from trace.platform.opening import Platform
from trace.usecases.visits.read_forms import Editing, edit_form, read_form, read_forms

_ICONS: Final = ("doc", "warn", "question", "tick")
_SHEETS: Final = ("office.css", "visits.css")


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of forms."""

    @pages.get("/office/forms")
    def visit_forms() -> Response:
        """Every form in the version of today."""
        return desk_page(
            "regulator/visit_forms.html", at=_at(), icons=_ICONS, sheets=_SHEETS,
            forms=read_forms(platform.transactions, current_actor()),
        )  # fmt: skip

    @pages.get("/office/forms/<string:name>")
    def visit_form(name: str) -> Response:
        """One form with its versions, and for the administrator its lines to be edited."""
        return _page(platform, name)

    @pages.post("/office/forms/<string:name>")
    def edit_visit_form(name: str) -> AnyResponse:
        """Make the next version."""
        given = request.form
        seen = given.get("version", "")
        new = Editing(
            name, int(seen) if seen.isdecimal() and len(seen) <= 6 else 0,
            given.get("lines", ""), given.get("since", ""), given.get("why", ""),
        )  # fmt: skip
        try:
            return redirect(edit_form(platform.transactions, current_actor(), given.get(KEY, ""), new), 303)
        except Refusal as refusal:
            return _page(platform, name, refusal)


def _at() -> str:
    """The entry of the menu: inspectors read forms, the administrator edits them."""
    return "forms" if current_actor().may(INSPECT) else "edited-forms"


def _page(platform: Platform, name: str, refusal: Refusal | None = None) -> Response:
    actor = current_actor()
    seen = read_form(platform.transactions, actor, name)
    return desk_page(
        "regulator/visit_form.html", at=_at(), icons=_ICONS, sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status, seen=seen, refusal=refusal,
        lines=lines_of(seen.versions[0][0].form), newest=seen.versions[0][0],
        may_edit=actor.may(ORGANISATIONS), typed=request.form,
    )  # fmt: skip
