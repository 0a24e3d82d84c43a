"""Signing in with an account elsewhere, and linking it: only where platform.toml names a provider."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import Final

from flask import Blueprint, g, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.cookies import PROVIDER, SESSION, give_cookie, read_cookie, take_cookie
from scanner_web.frame.door import device, signed_in
from scanner_web.frame.limits import SignInLimits
from scanner_web.frame.rendering import reader
from scanner_web.frame.workspace import desk_page
from trace.exchange.identity_provider import IdentityProvider
from trace.platform.opening import Platform
from trace.usecases.accounts.provider_sign_in import (
    SIGN_IN,
    Returned,
    answered,
    begin,
    enter,
    link,
    new_secret,
    try_of,
    unlink,
)
from trace.usecases.accounts.second_step import confirm_password

_LONGEST: Final = 2048
_ICONS: Final = ("keys",)


def provider_of(platform: Platform) -> IdentityProvider | None:
    """The provider that platform.toml names in full; None for none."""
    told = platform.folder.oidc
    if not (told.get("issuer") and told.get("client")):
        return None
    return IdentityProvider(told["issuer"], told["client"], platform.folder.read_named("oidc.secret"))


def provider_name(platform: Platform) -> str:
    """What people call it; "" where there is none."""
    told = platform.folder.oidc
    return (told.get("name") or told["issuer"]) if told.get("issuer") and told.get("client") else ""


def register(pages: Blueprint, platform: Platform, limits: SignInLimits) -> None:
    """The routes of accounts elsewhere."""

    @cache
    def provider() -> IdentityProvider | None:
        """One a process, made when somebody first asks: its connections are kept."""
        return provider_of(platform)

    @pages.get("/sign-in/provider")
    def go_to_provider() -> AnyResponse:
        """Begin a try, and go there."""
        limits.take_from(device().address, "provider")
        secret = new_secret(time.time())
        response = to(begin(provider(), secret, SIGN_IN, platform.public_url))
        give_cookie(response, PROVIDER, secret)
        return response

    @pages.get("/sign-in/provider/back")
    def back_from_provider() -> AnyResponse:
        """Let in who is linked with the account, or link it with who is signed in and asked for that."""
        limits.take_from(device().address, "provider")
        response = _answered(platform, provider())
        take_cookie(response, PROVIDER)
        return response

    _register_linking(pages, platform, limits, provider)


def _answered(platform: Platform, provider: IdentityProvider | None) -> AnyResponse:
    said = {name: request.args.get(name, "")[:_LONGEST] for name in ("state", "code", "iss", "error")}
    secret, signed = read_cookie(PROVIDER), g.get("signed_in")
    back = Returned(secret, said["state"], said["code"], said["iss"], said["error"])
    purpose = SIGN_IN if signed is None else signed.person.id
    if try_of(secret, SIGN_IN, platform.public_url).state == back.state:
        purpose = SIGN_IN
    account = answered(provider, back, purpose, platform.public_url, time.time())
    if purpose != SIGN_IN:
        link(platform.transactions, signed, account, secret)
        return to("/desk/account")
    entered = enter(platform.transactions, account, secret, device(), read_cookie(SESSION))
    response = to(reader().link("/sign-in/second", next="/desk") if entered.pending else "/desk")
    give_cookie(response, SESSION, entered.token)
    return response


def _register_linking(
    pages: Blueprint,
    platform: Platform,
    limits: SignInLimits,
    provider: Callable[[], IdentityProvider | None],
) -> None:
    @pages.post("/desk/account/provider")
    def link_provider() -> AnyResponse:
        """Begin to link one's account there; the page leads on, since a form may not lead elsewhere."""
        _confirm(platform, limits)
        secret = new_secret(time.time())
        address = begin(provider(), secret, signed_in().person.id, platform.public_url)
        response: AnyResponse = desk_page(
            "enterprise/provider.html", at="account", icons=_ICONS, address=address,
            name=provider_name(platform),
        )  # fmt: skip
        give_cookie(response, PROVIDER, secret)
        return response

    @pages.post("/desk/account/provider/remove")
    def unlink_provider() -> AnyResponse:
        """Sign in here alone again."""
        _confirm(platform, limits)
        unlink(platform.transactions, signed_in())
        return to("/desk/account")


def _confirm(platform: Platform, limits: SignInLimits) -> None:
    """Whoever finds an open browser changes no way in, and does not try passwords at will."""
    limits.take_for(signed_in().person.id, "password")
    confirm_password(platform.transactions, signed_in().person.id, request.form.get("password", ""))
