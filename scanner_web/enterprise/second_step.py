"""The second step of signing in: a code, a recovery code, or a passkey."""

from __future__ import annotations

import time
from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.passkey_place import has_passkeys, place_of
from scanner_web.enterprise.redirects import own_address, to
from scanner_web.frame.cookies import SESSION, give_cookie, read_cookie
from scanner_web.frame.csrf import KEY, form_key
from scanner_web.frame.door import device
from scanner_web.frame.limits import SignInLimits
from scanner_web.frame.workspace import door_page
from trace.credentials import passkey
from trace.errors import CodeClockOff, CodeWrong, Refusal, SignInsTooMany
from trace.platform.opening import Platform
from trace.usecases.accounts.second_step import Answered, finish_with_code, finish_with_passkey, ways_in
from trace.usecases.accounts.sessions import SignedIn, find_pending
from trace.usecases.accounts.sign_in import Entered


def register(pages: Blueprint, platform: Platform, limits: SignInLimits) -> None:
    """The routes of the second step."""

    @pages.get("/sign-in/second")
    def second() -> AnyResponse:
        """Ask for it."""
        pending = find_pending(platform.transactions, read_cookie(SESSION))
        return to("/sign-in") if pending is None else _form(platform, HTTPStatus.OK, pending)

    @pages.post("/sign-in/second")
    def finish() -> AnyResponse:
        """Let somebody in whose password was right already."""
        pending, where = find_pending(platform.transactions, read_cookie(SESSION)), device()
        if pending is None:  # too late, or finished in another tab
            return to(own_address(request.form.get("next", "")))
        try:
            limits.take(where.address, f"second {pending.person.id}")
            limits.take_for(pending.person.id, "second")
            entered = _finished(platform, pending)
        except (CodeWrong, CodeClockOff, SignInsTooMany) as refusal:
            return _form(platform, refusal.http_status, pending, refusal)
        limits.forget(where.address, f"second {pending.person.id}")
        response = to(own_address(request.form.get("next", "")))
        give_cookie(response, SESSION, entered.token)
        return response


def _finished(platform: Platform, pending: SignedIn) -> Entered:
    former = read_cookie(SESSION)
    if answer := request.form.get("passkey", ""):
        key = request.form.get(KEY, "")
        answered = Answered(answer, place_of(platform, key), key)
        return finish_with_passkey(platform.transactions, pending, answered, device(), former)
    # an app counts real seconds, also where the platform's clock is a demo's
    code, now = request.form.get("code", ""), time.time()
    return finish_with_code(
        platform.transactions, pending, code, now, device(), former, master=platform.master_key
    )


def _form(platform: Platform, status: int, pending: SignedIn, refusal: Refusal | None = None) -> Response:
    key = form_key()
    place, ways = place_of(platform, key), ways_in(platform.transactions, pending.person.id)
    known = ways.passkeys(place.host) if has_passkeys(platform) else []
    return door_page(
        "enterprise/second_step.html", status=status, refusal=refusal, ways=ways, key=key,
        options=passkey.options_to_use(place, known) if known else "",
        wanted=own_address(request.values.get("next", "")), icons=("keys", "phone"),
    )  # fmt: skip
