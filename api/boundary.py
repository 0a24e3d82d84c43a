"""The request context of every endpoint: caller, body, and the platform that answers.

Tokens decide who may call; signatures decide who states. A request reaches the platform only
through `platform()`; bodies are read once, within limits, before anything else happens.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final, cast

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import RequestTimeout

from api import access
from trace.errors import BodyTooLarge, EmptyBody, NotInOwnName
from trace.parties import VISITOR, Actor
from trace.platform.content_coding import encoded
from trace.platform.opening import Platform
from trace.usecases.accounts.tokens import authenticate

STATEMENT_BYTES: Final = 128 * 1024
BATCH_BYTES: Final = 16 * 1024 * 1024
BUNDLE_BYTES: Final = 4 * 1024 * 1024
NO_STORE: Final = {"Cache-Control": "no-store"}
Headed = tuple[Any, int, dict[str, str]]
"""A value, the status of its answer, and headers: what a route with a schema may return."""

_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")


def platform() -> Platform:
    """The platform that this application serves."""
    return cast("Platform", current_app.extensions["greentrace"])


def request_id(given: str) -> str:
    """The caller's own number for its request where it is one, else a new one."""
    return given if _REQUEST_ID.match(given) else str(uuid.uuid4())


def install(app: Flask, served: Platform) -> None:
    """Bind `served` to the application and frame every request."""
    app.extensions["greentrace"] = served

    @app.before_request
    def name_the_request() -> None:
        g.request_id = request_id(request.headers.get("X-Request-Id", ""))

    @app.before_request
    def admit() -> None:
        line = access.of_request()
        if line is not None:
            g.actor = actor() if line.scopes else None
            g.caller = line.admitted(g.actor)

    @app.after_request
    def sign_off(response: Response) -> Response:
        response.headers.setdefault("X-Request-Id", g.get("request_id", ""))
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        if g.get("actor") is not None:  # what one caller is told may not be kept for the next
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def actor() -> Actor | None:
    """Who calls, by the bearer token; None when the call carries none.

    Raises TokenUnknown for a token that the platform does not know or has revoked.
    """
    return actor_of(platform(), request.headers.get("Authorization", ""))


def actor_of(served: Platform, authorization: str) -> Actor | None:
    """The caller that a header names; None where it names none. Raises TokenUnknown, TokenExpired."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return None
    return authenticate(served.transactions, token.strip())


def caller() -> Actor:
    """Who calls, as far as the token opens this route (`api.access`); a visitor where anybody may ask."""
    found: Actor = g.get("caller", VISITOR)
    return found


def require(more: str) -> Actor:
    """The caller, for what of this route asks for more: the line of the table with that ending.

    Raises TokenMissing, ScopeMissing.
    """
    line = access.of_request(more)
    if line is None:
        raise TypeError(f"no line in the table of access: {request.url_rule} {more}")
    return line.admitted(g.actor)


def require_own_name(party: str) -> None:
    """Return for a caller that acts for `party`; raises NotInOwnName."""
    if not caller().acts_for(party):
        raise NotInOwnName(name=party[:80])


def body(limit: int) -> bytes:
    """The whole body, at most `limit` bytes; raises BodyTooLarge, EmptyBody, RequestTimeout (cut off)."""
    length = request.content_length
    if length is not None and length > limit:
        raise BodyTooLarge(limit=limit, unit="B")
    raw = request.stream.read(limit + 1) if length is None else request.get_data(cache=False)
    if len(raw) > limit:
        raise BodyTooLarge(limit=limit, unit="B")
    if length is not None and len(raw) < length:
        # A batch that broke off may end after a whole line: what came is not what was sent.
        raise RequestTimeout
    if not raw.strip():
        raise EmptyBody
    return raw


def lines(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """The non-empty lines of a JSON Lines body with their numbers, from 1."""
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if line.strip():
            yield number, line.strip()


def packed_json(content: bytes, **headers: str) -> Response:
    """A long JSON answer, compressed for who takes that; header names use underscores."""
    coded, coding = encoded(content, request.accept_encodings)
    response = json_response(coded, 200, **headers)
    response.headers.update(coding)
    return response


def json_response(content: bytes, status: int = HTTPStatus.OK, **headers: str) -> Response:
    """A JSON answer from bytes that are already JSON; header names use underscores."""
    response = Response(content, status=status, content_type="application/json")
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response
