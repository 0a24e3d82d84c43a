"""One's own ways in: the password, an authenticator app, passkeys and recovery codes."""

from __future__ import annotations

import time
from http import HTTPStatus

import segno
from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.passkey_place import has_passkeys, place_of
from scanner_web.enterprise.redirects import to
from scanner_web.frame.cookies import SESSION, give_cookie, read_cookie
from scanner_web.frame.csrf import KEY, form_key
from scanner_web.frame.door import device, signed_in
from scanner_web.frame.limits import SignInLimits
from scanner_web.frame.workspace import desk_page
from trace.credentials import passkey, totp
from trace.errors import CodeClockOff, CodeWrong, PasswordUnfit, PasswordWrong, Refusal
from trace.platform.opening import Platform
from trace.usecases.accounts import second_step
from trace.usecases.accounts.second_step import Answered

_REFUSED = (CodeWrong, CodeClockOff, PasswordWrong)


def register(pages: Blueprint, platform: Platform, limits: SignInLimits) -> None:
    """The routes of one's own ways in."""
    _register_password(pages, platform, limits)
    _register_app(pages, platform, limits)
    _register_passkey(pages, platform, limits)


def _register_password(pages: Blueprint, platform: Platform, limits: SignInLimits) -> None:
    @pages.post("/desk/account/password")
    def change_password() -> AnyResponse:
        """A new password; every other session ends, and the second steps that are ticked."""
        try:
            _confirm(platform, limits)
            token = second_step.change_password(
                platform.transactions,
                signed_in(),
                request.form.get("new", ""),
                device(),
                read_cookie(SESSION),
                without=request.form.getlist("without"),
            )
        except (PasswordWrong, PasswordUnfit) as refusal:
            return _done(refusal.http_status, refusal=refusal)
        response = to("/desk/account")
        give_cookie(response, SESSION, token)
        return response

    @pages.post("/desk/account/codes")
    def renew_codes() -> Response:
        """New recovery codes, shown this once."""
        try:
            _confirm(platform, limits)
        except PasswordWrong as refusal:
            return _done(refusal.http_status, refusal=refusal)
        codes = second_step.renew_codes(platform.transactions, signed_in(), request.form.get(KEY, ""))
        return _done(codes=codes)

    @pages.post("/desk/account/second/<string:number>/remove")
    def remove_second(number: str) -> AnyResponse:
        """Take a second step away."""
        try:
            _confirm(platform, limits)
        except PasswordWrong as refusal:
            return _done(refusal.http_status, refusal=refusal)
        second_step.remove_second(platform.transactions, signed_in(), number)
        return to("/desk/account")


def _register_app(pages: Blueprint, platform: Platform, limits: SignInLimits) -> None:
    @pages.get("/desk/account/app")
    def app_form() -> Response:
        """A secret for an authenticator app, as a QR code and to be typed."""
        return _app(platform, form_key())

    @pages.post("/desk/account/app")
    def add_app() -> Response:
        """Take the app in by its first code."""
        key, code = request.form.get(KEY, ""), request.form.get("code", "")
        try:
            _confirm(platform, limits)
            codes = second_step.add_app(
                platform.transactions,
                signed_in(),
                key,
                _secret(key),
                code,
                time.time(),
                master=platform.master_key,
            )
        except _REFUSED as refusal:
            return _app(platform, key, refusal)
        return _done(codes=codes)


def _register_passkey(pages: Blueprint, platform: Platform, limits: SignInLimits) -> None:
    @pages.get("/desk/account/passkey")
    def passkey_form() -> Response:
        """Make a passkey in this browser."""
        return _passkey(platform)

    @pages.post("/desk/account/passkey")
    def add_passkey() -> Response:
        """Take it in."""
        key = request.form.get(KEY, "")
        answered = Answered(request.form.get("passkey", ""), place_of(platform, key), key)
        try:
            _confirm(platform, limits)
            codes = second_step.add_passkey(
                platform.transactions, signed_in(), answered, request.form.get("label", "")
            )
        except _REFUSED as refusal:
            return _passkey(platform, refusal)
        return _done(codes=codes)


def _confirm(platform: Platform, limits: SignInLimits) -> None:
    """Whoever finds an open browser changes no way in, and does not try passwords at will."""
    limits.take_for(signed_in().person.id, "password")
    second_step.confirm_password(
        platform.transactions, signed_in().person.id, request.form.get("password", "")
    )


def _secret(key: str) -> str:
    return totp.secret_from(second_step.seed_of(read_cookie(SESSION), key, "app"))


def _app(platform: Platform, key: str, refusal: Refusal | None = None) -> Response:
    secret = _secret(key)
    issuer = platform.origin.partition("/")[0]
    code = segno.make(totp.address_for_app(secret, signed_in().person.login, issuer), micro=False)
    return desk_page(
        "enterprise/app.html", at="account", status=refusal.http_status if refusal else HTTPStatus.OK,
        refusal=refusal, key=key, secret=secret, picture=code.svg_data_uri(scale=5, border=4, dark="#000"),
    )  # fmt: skip


def _passkey(platform: Platform, refusal: Refusal | None = None) -> Response:
    key, signed = form_key(), signed_in()
    place = place_of(platform, key)
    known = second_step.ways_in(platform.transactions, signed.person.id).passkeys(place.host)
    options = ""
    if has_passkeys(platform):
        who = signed.person
        options = passkey.options_to_make(place, who.login, who.name, who.id, known)
    return desk_page(
        "enterprise/passkey.html", at="account", status=refusal.http_status if refusal else HTTPStatus.OK,
        refusal=refusal, key=key, options=options, own=platform.public_url,
    )  # fmt: skip


def _done(
    status: int = HTTPStatus.OK, *, codes: list[str] | None = None, refusal: Refusal | None = None
) -> Response:
    return desk_page(
        "enterprise/ways_in.html", at="account", status=status, codes=codes or [], refusal=refusal
    )
