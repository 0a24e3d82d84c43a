"""Cookies of people who sign in: one name over TLS, another over plain HTTP on one's own machine.

`__Host-` (RFC 6265bis §4.1.3.2) says that the cookie was set by this very host over TLS and is sent to no
other; browsers take it under TLS alone. Plain HTTP, which only a demo or a developer has, gets a name that
claims nothing.
"""

from __future__ import annotations

from typing import Final

from flask import request
from werkzeug.wrappers import Response

SESSION: Final = "session"
VISIT: Final = "visit"
"""Of a browser in which nobody has signed in yet: what its forms are tied to."""
PROVIDER: Final = "provider"
"""Of a browser that has gone to sign in elsewhere: what the answer is tied to."""
_LONGEST: Final = 128


def read_cookie(name: str) -> str:
    """What the browser sent under that name; "" for nothing, or for what we never gave."""
    value = request.cookies.get(_named(name), "")
    return value if len(value) <= _LONGEST else ""


def give_cookie(response: Response, name: str, value: str) -> None:
    """For this host, for as long as the browser is open; no script reads it."""
    response.set_cookie(
        _named(name), value, path="/", secure=request.is_secure, httponly=True, samesite="Lax"
    )


def take_cookie(response: Response, name: str) -> None:
    response.delete_cookie(_named(name), path="/", secure=request.is_secure, httponly=True, samesite="Lax")


def _named(name: str) -> str:
    return f"__Host-{name}" if request.is_secure else f"greentrace-{name}"
