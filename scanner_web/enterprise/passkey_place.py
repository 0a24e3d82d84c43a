"""Where a browser's passkeys belong: the platform's own public name, never what a request calls it."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request

from scanner_web.frame.cookies import SESSION, read_cookie
from trace.credentials.passkey import Place
from trace.platform.opening import Platform
from trace.usecases.accounts.second_step import seed_of


def place_of(platform: Platform, key: str) -> Place:
    """The host, the origin, and the challenge of the form with that key."""
    own = urlsplit(platform.public_url)
    challenge = seed_of(read_cookie(SESSION), key, "passkey")
    return Place(own.hostname or "", f"{own.scheme}://{own.netloc}", challenge)


def has_passkeys(platform: Platform) -> bool:
    """Whether browsers make and use passkeys on this page: it was asked for under the platform's own name,
    and that is one (a bare address has none, Web Authentication)."""
    own = urlsplit(platform.public_url)
    if (request.scheme, request.host.lower()) != (own.scheme, own.netloc.lower()):
        return False
    try:
        ip_address((own.hostname or "").strip("[]"))
    except ValueError:
        return bool(own.hostname)
    return False
