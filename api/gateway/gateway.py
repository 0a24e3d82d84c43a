"""The ASGI application around a WSGI one: read the body, take a place, make the answer, let go of the place.

A body that is long, or does not say how long it is, is read only when the application asks for it: the
request is first put to it without one, and what it then refuses (no token, no such page, too large) needs
none.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import orjson

from api.boundary import request_id
from api.gateway.bodies import AwaitedBody, Bodies, BodyWanted, Limits, Receive
from api.gateway.environ import announced, environ_of, with_body
from api.gateway.places import Places
from api.problems import RETRY_SECONDS, describe
from trace.errors import PlacesTaken, Refusal
from trace.wording import negotiate

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
MOST_WAITING: Final = 512
_AT_ONCE: Final = 1024 * 1024  # an answer up to this size leaves its place before a byte of it is sent
_LOG: Final = logging.getLogger("greentrace.gateway")


@dataclass(slots=True)
class Answer:
    """What the application answered; `rest` where it is too long to be held."""

    status: int = 500
    headers: Headers = field(default_factory=list)
    body: bytes = b""
    rest: Iterator[bytes] | None = None
    close: Callable[[], None] | None = None


class Gateway:
    """`places`: how many answers are made at a time; `limits`: what bodies may take."""

    def __init__(self, application: WSGIApplication, places: int, limits: Limits | None = None) -> None:
        self._application = application
        self._places = Places(places)
        self._bodies = Bodies(limits or Limits())

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        environ = environ_of(scope)
        held = 0
        try:
            if self._places.waiting() >= MOST_WAITING:
                raise PlacesTaken(**{"for": "requests"})
            length = announced(environ)
            if length is None or length > self._bodies.limits.small:
                unread = await self._places.run(partial(self._without_body, environ))
                if unread is not None:
                    await self._send(unread, send)
                    return
            body = await self._bodies.read(receive) if length != 0 else b""
            held = len(body)
            answer = await self._places.run(partial(self._answer, with_body(environ, body)))
            await self._send(answer, send)
        except Refusal as refusal:
            await self._send(_refused(refusal, environ), send)
        finally:
            self._bodies.give_back(held)

    def _without_body(self, environ: dict[str, Any]) -> Answer | None:
        """On a place: the answer that needs no body, or None where the application would read it."""
        try:
            return self._answer(environ | {"wsgi.input": AwaitedBody()})
        except BodyWanted:
            return None

    def _answer(self, environ: dict[str, Any]) -> Answer:
        """On a place: what the application says, whole where it is not too long."""
        answer = Answer()

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: object = None
        ) -> Callable[[bytes], object]:
            answer.status = int(status[:3])
            answer.headers = [
                (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
            ]
            return _no_writing

        try:
            made = self._application(environ, start_response)
        except Exception:  # noqa: BLE001 - logged, and answered as a failure
            _LOG.exception("an answer could not be made")
            return Answer(headers=[(b"content-type", b"text/plain")], body=b"Internal Server Error")
        close = getattr(made, "close", None)
        try:
            answer.body, answer.rest = _gathered(made)
        except Exception:  # noqa: BLE001 - logged, and answered as a failure
            _LOG.exception("an answer broke off")
            answer = Answer(headers=[(b"content-type", b"text/plain")], body=b"Internal Server Error")
        if answer.rest is None and close is not None:
            close()
        else:
            answer.close = close
        return answer

    async def _send(self, answer: Answer, send: Send) -> None:
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        if answer.rest is None:
            await send({"type": "http.response.body", "body": answer.body})
            return
        await send({"type": "http.response.body", "body": answer.body, "more_body": True})
        rest, limits = answer.rest, self._bodies.limits
        try:
            while (part := await self._places.run(partial(_next, rest))) is not None:
                # Who reads more slowly than the least pace is let go, as who writes so is.
                await asyncio.wait_for(
                    send({"type": "http.response.body", "body": part, "more_body": True}),
                    limits.seconds(len(part)),
                )
            await send({"type": "http.response.body", "body": b""})
        finally:
            if answer.close is not None:
                await self._places.run(answer.close)


def _gathered(made: Iterable[bytes]) -> tuple[bytes, Iterator[bytes] | None]:
    """The answer's bytes, or the first of them and the rest."""
    parts, size, rest = list[bytes](), 0, iter(made)
    for part in rest:
        parts.append(part)
        size += len(part)
        if size > _AT_ONCE and not isinstance(made, list):
            return b"".join(parts), rest
    return b"".join(parts), None


def _next(rest: Iterator[bytes]) -> bytes | None:
    """As much more as is held at a time; None at the end."""
    parts, size = list[bytes](), 0
    for part in rest:
        parts.append(part)
        size += len(part)
        if size >= _AT_ONCE:
            break
    return b"".join(parts) if parts else None


def _no_writing(_: bytes) -> object:
    raise NotImplementedError("the application gives its answer as an iterable")


def _refused(refusal: Refusal, environ: Mapping[str, Any]) -> Answer:
    """A problem document, and the end of the connection: what is left of its body is not read."""
    locale = negotiate(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    number = request_id(environ.get("HTTP_X_REQUEST_ID", ""))
    _LOG.warning("%s refused: %s", environ["REQUEST_METHOD"], refusal)
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-language", locale.encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-request-id", number.encode()),
    ]
    if refusal.http_status == 503:
        headers.append((b"retry-after", RETRY_SECONDS.encode()))
    if environ["SERVER_PROTOCOL"].startswith("HTTP/1"):
        headers.append((b"connection", b"close"))
    body = orjson.dumps({**describe(refusal, locale), "instance": f"urn:request:{number}"})
    return Answer(refusal.http_status, headers, body)
