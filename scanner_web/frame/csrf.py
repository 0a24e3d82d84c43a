"""Form tokens: a form is taken only from a page that we gave to the same browser (CSRF).

The token follows from the secret in the browser's cookie, so nothing is kept and every page renews it: it
ends with the session and not before. On each page it looks otherwise: pages are compressed (BREACH).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from flask import g, request

from scanner_web.frame.cookies import SESSION, VISIT, read_cookie
from trace.errors import FormForged, NotCanonical
from trace.ledger.canonical import b64u, unb64u
from trace.usecases.accounts.sessions import SignedIn

FIELD: Final = "_token"
KEY: Final = "_key"
"""The field of a form's key, which is spent once (`trace.usecases.accounts.forms`)."""
HEADER: Final = "X-Form-Token"
"""Where a script that sends no form puts the token."""
_SIZE: Final = 32
_FOREIGN: Final = frozenset({"cross-site", "same-site"})


def form_token() -> str:
    """A token for a form on the page being made."""
    pad = secrets.token_bytes(_SIZE)
    return b64u(pad + _xor(pad, _expected(secret_of_browser(), _member())))


def form_key() -> str:
    """A key for one form: what it does, it does once."""
    return secrets.token_urlsafe(16)


def require_form_token(*, public: bool = False, member: str | None = None) -> None:
    """Return for a form of ours, made for the organisation that the session acts for (or `member`).

    `public`: of a page for anybody, which may have been open since before somebody signed in in another tab.
    Raises FormForged.
    """
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    held = [(read_cookie(SESSION), _member() if member is None else member)]
    if public:
        held.append((read_cookie(VISIT), ""))
    foreign = request.headers.get("Sec-Fetch-Site", "") in _FOREIGN
    if foreign or not any(_fits(given, secret, of) for secret, of in held):
        raise FormForged


def secret_of_browser() -> str:
    """The secret that only this browser has: the session's, else its visit's, made where there is none."""
    found = read_cookie(SESSION) if g.get("signed_in") is not None else read_cookie(VISIT)
    if not found:
        found = g.get("new_visit") or secrets.token_urlsafe(24)
        g.new_visit = found
    return str(found)


def _member() -> str:
    """What the session acts as: a form that was made for one organisation does nothing for another."""
    signed: SignedIn | None = g.get("signed_in")
    return signed.membership.id if signed is not None and signed.membership is not None else ""


def _fits(given: str, held: str, member: str) -> bool:
    try:
        raw = unb64u(given)
    except NotCanonical:
        return False
    if not held or len(raw) != 2 * _SIZE:
        return False
    return hmac.compare_digest(_xor(raw[:_SIZE], raw[_SIZE:]), _expected(held, member))


def _expected(secret: str, member: str) -> bytes:
    return hmac.digest(secret.encode("utf-8", "replace"), f"form {member}".encode(), hashlib.sha256)


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(one, other, strict=True))
