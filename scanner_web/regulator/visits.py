"""Visits on a phone: the list, opening one, filling in a department's part, signing it, and what follows."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.access.rights import INSPECT
from trace.calendar.shanghai import day_in_shanghai
from trace.errors import Refusal
from trace.oversight.visits.makers import BOTH, KINDS, Inspector
from trace.platform.opening import Platform
from trace.rules.forms import first_forms
from trace.usecases.ledgers.period import Period
from trace.usecases.supervision.read_register import read_register
from trace.usecases.visits.inspectors import inspectors_offered
from trace.usecases.visits.open_visit import Opening, open_visit
from trace.usecases.visits.patrols_due import patrols_due
from trace.usecases.visits.read_visit import read_visits_of
from trace.usecases.visits.standing import own_department

_ICONS: Final = ("warn", "clock", "doc", "tick", "stop", "pen", "people", "pin", "question", "store")
_SHEETS: Final = ("office.css", "visits.css")
_OPENED: Final = (
    "kind",
    "party",
    "day",
    "plan",
    "cause",
    "place",
    "follows",
    "partner",
    "warning",
    "again",
    "draw",
    "draw_why",
)
_LISTED: Final = 500
"""Firms of the register that the form offers."""


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of visits."""

    @pages.get("/office/visits")
    def visits() -> Response:
        """The visits of the area, of both departments, the newest first."""
        rows = read_visits_of(platform.transactions, current_actor())
        chosen = request.args.get("kind", "")
        shown = [one for one in rows if chosen in {"", one.row.kind}]
        due, names = patrols_due(platform.transactions, current_actor())
        return desk_page(
            "regulator/visits.html", at="visits", icons=_ICONS, sheets=_SHEETS, rows=shown, every=rows,
            kinds=KINDS, chosen=chosen, due=due, names=names, own=own_department(current_actor()),
            inspects=current_actor().may(INSPECT),
        )  # fmt: skip

    @pages.get("/office/visits/new")
    def new_visit() -> Response:
        """The form by which a visit is opened."""
        return _opening(platform)

    @pages.post("/office/visits/new")
    def begin_visit() -> AnyResponse:
        """Open it, or be told why not with what was typed still there."""
        given = {name: request.form.get(name, "").strip() for name in _OPENED}
        forms = {one: request.form.get(f"form.{one}", "") for one in BOTH}
        new = Opening(inspectors=_inspectors(), forms=forms, **given)
        try:
            return redirect(
                open_visit(platform.transactions, current_actor(), request.form.get(KEY, ""), new), 303
            )
        except Refusal as refusal:
            return _opening(platform, refusal)


def _inspectors() -> list[Inspector]:
    """Cards by department: those that were chosen, and what was typed, apart by blanks or commas."""
    found = []
    for department in BOTH:
        typed = re.split(r"[\s,，、;；]+", request.form.get(f"cards.{department}", "").strip())
        chosen = set(request.form.getlist(f"card.{department}"))
        # A card typed that is chosen too is one; two times the same typed is told to whoever typed it.
        cards = [*sorted(chosen), *(one for one in typed if one and one not in chosen)]
        found += [Inspector(card, department) for card in cards]
    return found


def _firms(platform: Platform) -> dict[str, str]:
    """Firms of the area's register to choose from: code -> name; anybody else is typed."""
    if not current_actor().oversees:
        return {}
    today = day_in_shanghai(platform.transactions.clock())
    listed = read_register(platform.transactions, current_actor(), Period(today, today)).firms
    firms = list(listed.items())[:_LISTED]
    return {urn.removeprefix("urn:uscc:"): str(data.get("name", "")) for urn, data in firms}


def _opening(platform: Platform, refusal: Refusal | None = None) -> Response:
    own = own_department(current_actor())
    return desk_page(
        "regulator/visit_new.html", at="visits", icons=_ICONS, sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status, kinds=KINDS, departments=BOTH, own=own,
        forms=[one for one in first_forms() if one.visits], typed=request.values, refusal=refusal,
        firms=_firms(platform),
        today=day_in_shanghai(platform.transactions.clock()),
        offered=inspectors_offered(platform.transactions, current_actor()),
        chosen={one: request.form.getlist(f"card.{one}") for one in BOTH},
    )  # fmt: skip
