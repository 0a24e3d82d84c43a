"""Forms whose session had ended: kept for who filled them in, and gone once they are sent and taken."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.cookies import SESSION, read_cookie
from scanner_web.frame.csrf import FIELD, KEY, require_form_token
from scanner_web.frame.reader import reader_of
from trace.errors import FormForged, SignInNeeded
from trace.platform.opening import Platform
from trace.usecases.accounts.forms import drop_kept, is_spent, keep_form
from trace.usecases.accounts.sessions import SignedIn, ended_by_itself

KEPT: Final = "_kept"
"""The field by which a kept form says which one it is when it is sent."""
PAGE: Final = "/desk/kept"
_MOST: Final = 256 * 1024
_SECRET: Final = frozenset({"password", "new", "code"})
"""A form with one of these is never kept."""
_PLAIN: Final = "application/x-www-form-urlencoded"
_SIGN_IN: Final = "/sign-in"


def install(pages: Blueprint, platform: Platform, lost: str = "") -> None:
    """Ask who is not signed in to sign in, with what was filled in kept; drop what was sent and taken.

    `lost`: the page to come back to from a form that cannot be kept, where its own address is none to read.
    """

    @pages.errorhandler(SignInNeeded)
    def ask_to_sign_in(_: SignInNeeded) -> AnyResponse:
        """Go by way of the sign-in page, and keep what was filled in for whoever's session it was."""
        posted = request.method == "POST"
        kept = _keep(platform) if posted else False
        target = PAGE if kept else (posted and lost) or request.full_path.rstrip("?")
        address = reader_of(request).link(_SIGN_IN, next=target, **({"kept": "1"} if kept else {}))
        return redirect(address, HTTPStatus.SEE_OTHER)

    @pages.after_request
    def drop_taken(response: AnyResponse) -> AnyResponse:
        signed: SignedIn | None = g.get("signed_in")
        plain = request.method == "POST" and request.mimetype == _PLAIN
        if signed is None or not plain or KEPT not in request.form:
            return response
        on = response.status_code == HTTPStatus.SEE_OTHER
        led = on and not response.headers.get("Location", "").startswith(_SIGN_IN)
        done = response.status_code == HTTPStatus.OK and is_spent(
            platform.transactions, request.form.get(KEY, ""), signed.person.id
        )
        if led or done:
            drop_kept(platform.transactions, signed.person.id, request.form[KEPT])
        return response


def _keep(platform: Platform) -> bool:
    session = ended_by_itself(platform.transactions, read_cookie(SESSION))
    chosen = any(file.filename for file in request.files.values())
    if session is None or chosen or (request.content_length or 0) > _MOST:
        return False
    try:
        require_form_token(member=session.membership or "")
    except FormForged:
        return False
    ours = {FIELD, KEY, KEPT}
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in ours]
    if _SECRET & {name for name, _ in fields}:
        return False
    keep_form(platform.transactions, session.person, request.path, fields, request.form.get(KEPT, ""))
    return True
