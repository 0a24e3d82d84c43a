"""投诉举报: a form without script or puzzle, a number, and how far the complaint has come."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.consumer.messages import take
from scanner_web.consumer.sheets import FORMS
from scanner_web.frame.rendering import page, reader
from trace.calendar.shanghai import SHANGHAI_TIME
from trace.codes.complaint_number import parse
from trace.codes.label_digest import digest_in
from trace.errors import (
    CheckDigitWrong,
    ComplaintUnknown,
    MessagesTooMany,
    NumberMalformed,
    Refusal,
)
from trace.identity.region import district_of
from trace.ledger.code_points import is_text
from trace.oversight.competence import TELEPHONE
from trace.platform.opening import Platform
from trace.usecases.codes.coded_lot import find_coded_lot
from trace.usecases.messages.complaints import (
    KINDS,
    LONGEST,
    STATES,
    TOPICS,
    Competence,
    Complaint,
    competence_for,
    drop_contact,
    file_complaint,
    read_complaint,
)

_BLANKS: Final = re.compile(r"[\t\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_ICONS: Final = ("pen", "phone", "tick", "clock", "warn", "search", "cross", "question", "chev")
_FIELDS: Final = ("kind", "topic", "text", "contact", "code", "printed")


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of the form and of the state of a complaint."""
    _register_form(pages, platform)
    _register_state(pages, platform)


def _register_form(pages: Blueprint, platform: Platform) -> None:
    @pages.get("/complaints/new")
    def complaint_form() -> Response:
        """The empty form, bound to the code and the label from which it was opened."""
        label = digest_in(request.query_string.decode("utf-8", "replace"))
        given = Complaint(
            code=request.args.get("code", "").strip("/ ")[: LONGEST["code"]],
            printed=label.text if label is not None else "",
        )
        return _form(platform, given, HTTPStatus.OK)

    @pages.post("/complaints/new")
    def send_complaint() -> AnyResponse:
        """Take a complaint; what does not do comes back with everything that was filled in."""
        given = Complaint(**{name: _plain(request.form.get(name, "")) for name in _FIELDS})
        if given.faults:
            return _form(platform, given, HTTPStatus.UNPROCESSABLE_ENTITY, given.faults)
        try:
            take(platform)
        except MessagesTooMany as refusal:
            return _form(platform, given, HTTPStatus.TOO_MANY_REQUESTS, refusal=refusal)
        about = find_coded_lot(platform.transactions, platform.codes, given.code, given.printed)
        number = file_complaint(platform.transactions, given, about)
        return _to(reader().link(f"/complaints/{number}", new="1"))


def _register_state(pages: Blueprint, platform: Platform) -> None:
    @pages.get("/complaints")
    def find_complaint() -> AnyResponse:
        """Type a number; it leads to its page."""
        typed = request.args.get("number", "")
        if not typed.strip():
            return _asked()
        try:
            return _to(reader().link(f"/complaints/{parse(typed)}"))
        except (NumberMalformed, CheckDigitWrong) as refusal:
            return _asked(refusal, typed)

    @pages.get("/complaints/<string:number>")
    def complaint_state(number: str) -> AnyResponse:
        """How far a complaint has come; nothing of the person or of what was written."""
        try:
            found = read_complaint(platform.transactions, number)
        except (NumberMalformed, CheckDigitWrong, ComplaintUnknown) as refusal:
            return _asked(refusal, number)
        if number != found.number:
            return _to(reader().link(f"/complaints/{found.number}"))
        times = {"received": found.filed_at, "forwarded": found.forwarded_at, "answered": found.answered_at}
        steps = [(state, _iso(times[state])) for state in STATES]
        return page(
            "consumer/complaint.html", sheets=FORMS, found=found, steps=steps, new="new" in request.args,
            law=_law(platform), icons=_ICONS,
            acting=_acting(competence_for(platform.transactions, found)),
        )  # fmt: skip

    @pages.post("/complaints/<string:number>/contact")
    def forget_contact(number: str) -> AnyResponse:
        """Delete how to reach who complained, at the wish of whoever holds the number."""
        take(platform)
        return _to(reader().link(f"/complaints/{drop_contact(platform.transactions, number)}"))


def _asked(refusal: Refusal | None = None, typed: str = "") -> Response:
    """The page that asks for a number; of one that is none, or nobody's, what is wrong with it."""
    return page(
        "consumer/complaint_find.html", sheets=FORMS, icons=_ICONS, typed=typed.strip()[:40],
        status=refusal.http_status if refusal is not None else HTTPStatus.OK,
        unknown=isinstance(refusal, ComplaintUnknown),
    )  # fmt: skip


def _form(
    platform: Platform,
    given: Complaint,
    status: HTTPStatus,
    faults: tuple[str, ...] = (),
    refusal: MessagesTooMany | None = None,
) -> Response:
    about = None
    if given.code:
        about = find_coded_lot(platform.transactions, platform.codes, given.code, given.printed)
    return page(
        "consumer/complaint_form.html", sheets=FORMS, status=status, given=given, faults=faults,
        refusal=refusal, about=about, kinds=KINDS, topics=TOPICS, longest=LONGEST,
        law=_law(platform), icons=_ICONS, acting=_acting(competence_for(platform.transactions, about)),
    )  # fmt: skip


def _acting(found: Competence) -> str:
    """Which department acts, and its telephone."""
    of = reader()
    place = of.place(district_of(found.county)) if found.county else of.say("scan.acting.city")
    return of.say(f"scan.acting.{found.department}", place=place, phone=TELEPHONE)


@dataclass(frozen=True, slots=True)
class Law:
    """The figures that the pages tell: working days of the procedure, days that contact data are kept."""

    accept: str
    move: str | None
    days: str


def _law(platform: Platform) -> Law:
    """The figures in force today."""
    day = platform.transactions.clock().astimezone(SHANGHAI_TIME).date()
    rules = platform.rules
    move = rules.find("R48", day)
    return Law(
        accept=rules.at("R49", day).text,
        move=move.text if move else None,
        days=rules.at("K01", day, record="complaint_contact").text,
    )


def _plain(text: str) -> str:
    """Lines end as the reader's counter counts them, blanks of every kind keep words apart.

    Control characters are nothing that people type; rare characters of names are, also those that this Python
    does not know yet.
    """
    joined = _BLANKS.sub(" ", text.replace("\r\n", "\n"))
    return "".join(each for each in joined if is_text(each) or each == "\n")


def _iso(moment: Any) -> str | None:
    return None if moment is None else str(moment.isoformat())


def _to(address: str) -> AnyResponse:
    response = redirect(address, HTTPStatus.SEE_OTHER)
    response.headers["Cache-Control"] = "no-store"
    return response
