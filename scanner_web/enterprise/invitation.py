"""Following an invitation: choose a name to sign in with, and a password."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.cookies import SESSION, give_cookie, read_cookie
from scanner_web.frame.door import device
from scanner_web.frame.limits import SignInLimits
from scanner_web.frame.workspace import door_page
from trace.errors import LoginTaken, LoginUnfit, PasswordUnfit, Refusal
from trace.platform.opening import Platform
from trace.usecases.accounts.invite import Offer, join, read_invitation
from trace.usecases.accounts.recovery import Recovery, read_recovery, take_recovery


def register(pages: Blueprint, platform: Platform, limits: SignInLimits) -> None:
    """The routes of an invitation."""

    @pages.get("/invitation/<string:token>")
    def invitation(token: str) -> Response:
        """What is offered, and the form that takes it."""
        recovery = read_recovery(platform.transactions, token)
        if recovery is not None:
            return _recovery(HTTPStatus.OK, platform, recovery)
        return _form(HTTPStatus.OK, read_invitation(platform.transactions, token))

    @pages.post("/invitation/<string:token>")
    def accept_invitation(token: str) -> AnyResponse:
        """Make the account, or its new way in, and go in."""
        where = device()
        limits.take(where.address, token)
        login, typed = request.form.get("login", ""), request.form.get("password", "")
        recovery = read_recovery(platform.transactions, token)
        if recovery is not None:
            return _recover(platform, token, recovery, typed)
        try:
            entered = join(platform.transactions, token, login, typed, where, read_cookie(SESSION))
        except (LoginUnfit, LoginTaken, PasswordUnfit) as refusal:
            offer = read_invitation(platform.transactions, token)
            return _form(refusal.http_status, offer, login, refusal)
        response = to("/desk")
        give_cookie(response, SESSION, entered.token)
        return response


def _recover(platform: Platform, token: str, recovery: Recovery, typed: str) -> AnyResponse:
    try:
        entered = take_recovery(platform.transactions, token, typed, device(), read_cookie(SESSION))
    except PasswordUnfit as refusal:
        return _recovery(refusal.http_status, platform, recovery, refusal)
    response = to("/sign-in/second?next=%2Fdesk%2Faccount" if entered.pending else "/desk/account")
    give_cookie(response, SESSION, entered.token)
    return response


def _recovery(
    status: int, platform: Platform, recovery: Recovery, refusal: Refusal | None = None
) -> Response:
    early = recovery.opens_at > platform.transactions.clock()
    return door_page(
        "enterprise/recovery.html", status=status, recovery=recovery, refusal=refusal, early=early
    )


def _form(status: int, offer: Offer, login: str = "", refusal: Refusal | None = None) -> Response:
    return door_page("enterprise/invitation.html", status=status, offer=offer, login=login, refusal=refusal)
