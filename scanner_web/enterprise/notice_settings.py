"""What reaches one: which kinds of notices, by mail or on the page alone, at once or once a day."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import signed_in
from scanner_web.frame.workspace import desk_page
from trace.errors import MailAddressUnfit, MailCodesTooMany, MailCodeWrong, Refusal
from trace.oversight.notice_kinds import MANDATORY, PACES, WAYS, kinds_for
from trace.platform.jobs import sends_mail
from trace.platform.opening import Platform
from trace.usecases.duties.personal_notices import (
    LONGEST,
    SETTINGS,
    Wish,
    ask_address,
    choose,
    confirm_address,
    read_choice,
)

_ICONS: Final = ("clock", "pen", "warn", "tick")


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of notices to oneself."""

    @pages.get("/desk/notice-settings")
    def notice_settings() -> Response:
        """What is chosen, and what cannot be switched off."""
        return _page(platform)

    @pages.post("/desk/notice-settings")
    def choose_notices() -> AnyResponse:
        """Keep the choice."""
        typed = request.form
        wish = Wish(typed.get("way", ""), typed.get("pace", ""), typed.getlist("kind"))
        return to(choose(platform.transactions, signed_in(), typed.get(KEY, ""), wish))

    @pages.post("/desk/notice-settings/address")
    def ask_mail_address() -> AnyResponse:
        """Have a code sent to an address, or let the platform forget it."""
        typed, key = request.form.get("address", ""), request.form.get(KEY, "")
        try:
            return to(ask_address(platform.transactions, signed_in(), key, typed))
        except (MailAddressUnfit, MailCodesTooMany) as refusal:
            return _page(platform, refusal, typed)

    @pages.post("/desk/notice-settings/code")
    def confirm_mail_address() -> AnyResponse:
        """Take the code that was sent."""
        try:
            confirm_address(platform.transactions, signed_in(), request.form.get("sent", ""))
        except MailCodeWrong as refusal:
            return _page(platform, refusal)
        return to(SETTINGS)


def _page(platform: Platform, refusal: Refusal | None = None, typed: str = "") -> Response:
    status = HTTPStatus.OK if refusal is None else refusal.http_status
    kinds = kinds_for(signed_in().actor.scopes)
    return desk_page(
        "enterprise/notice_settings.html", at="account", status=status, refusal=refusal, icons=_ICONS,
        row=read_choice(platform.transactions, signed_in()), kinds=kinds, mandatory=MANDATORY, ways=WAYS,
        paces=PACES, mails=sends_mail(platform.folder), typed=typed, longest=LONGEST,
    )  # fmt: skip
