"""Signing in and out."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.provider import provider_name
from scanner_web.enterprise.redirects import own_address, to
from scanner_web.frame.cookies import SESSION, give_cookie, read_cookie, take_cookie
from scanner_web.frame.door import device, signed_in
from scanner_web.frame.limits import SignInLimits
from scanner_web.frame.rendering import reader
from scanner_web.frame.workspace import door_page
from trace.credentials.login import folded
from trace.errors import DemoOnly, Refusal, SignInFailed, SignInsTooMany
from trace.platform.opening import Platform
from trace.usecases.accounts import sessions
from trace.usecases.accounts import sign_in as use_case
from trace.usecases.accounts.demo import list_demo_accounts

_LONGEST: Final = 60
"""Of a name to sign in with, in an address."""


def register(pages: Blueprint, platform: Platform, limits: SignInLimits) -> None:
    """The routes of signing in and out."""

    @pages.get("/sign-in")
    def sign_in() -> Response:
        """Name and password."""
        return _form(platform, HTTPStatus.OK, request.args.get("login", "")[:_LONGEST])

    @pages.post("/sign-in")
    def enter() -> AnyResponse:
        """Let somebody in, or say that name and password do not fit: no more, whoever it was."""
        login, typed = request.form.get("login", ""), request.form.get("password", "")
        where = device()
        try:
            limits.take(where.address, folded(login))
            entered = use_case.sign_in(platform.transactions, login, typed, where, read_cookie(SESSION))
        except (SignInFailed, SignInsTooMany, DemoOnly) as refusal:
            return _form(platform, refusal.http_status, login, refusal)
        limits.forget(where.address, folded(login))
        wanted = own_address(request.form.get("next", ""))
        way = reader().link("/sign-in/second", next=wanted) if entered.pending else wanted
        response = to(way)
        give_cookie(response, SESSION, entered.token)
        return response

    @pages.post("/sign-out")
    def sign_out() -> AnyResponse:
        """End this session."""
        sessions.sign_out(platform.transactions, signed_in(), device())
        response = to(reader().link("/sign-in", out="1"))
        take_cookie(response, SESSION)
        return response


def _form(platform: Platform, status: int, login: str, refusal: Refusal | None = None) -> Response:
    wanted = own_address(request.values.get("next", ""))
    return door_page(
        "enterprise/sign_in.html", status=status, login=login, refusal=refusal, wanted=wanted,
        out="out" in request.args, kept="kept" in request.args, icons=("doc",),
        provider=provider_name(platform),
        people=list_demo_accounts(platform.transactions), others=_others(platform),
    )  # fmt: skip


def _others(platform: Platform) -> list[str]:
    """Where the other platforms are whose logs this one takes in."""
    named = [log for policy in platform.trust.policies for log in policy.logs]
    return [log.url for log in named if log.url and log.key.name != platform.origin]
