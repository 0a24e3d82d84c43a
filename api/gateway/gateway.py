"""The ASGI application around a WSGI one: read the body, take a place, make the answer, let go of the place.

A body that is long, or does not say how long it is, is read only when the application asks for it: the
request is first put to it without one, and what it then refuses (no token, no such page, too large) needs
none. Dear questions go to places of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from api.gateway.answer import Answer, make_answer, next_part, refused
from api.gateway.bodies import AwaitedBody, Bodies, BodyWanted, Limits, Receive
from api.gateway.dear import DearPlaces
from api.gateway.environ import announced, environ_of, with_body
from api.gateway.places import Places
from trace.errors import PlacesTaken, Refusal

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Send = Callable[[dict[str, Any]], Awaitable[None]]
MOST_WAITING: Final = 512


class Gateway:
    """`places`: how many answers are made at a time; `limits`: what bodies may take; `dear`: where questions
    are answered for which `is_dear` gives a name; `address`: of a request, who asks."""

    def __init__(
        self,
        application: WSGIApplication,
        places: int,
        limits: Limits | None = None,
        *,
        dear: DearPlaces | None = None,
        is_dear: Callable[[Mapping[str, Any]], str | None] = lambda _: None,
        address: Callable[[Mapping[str, Any]], str] = lambda environ: environ["REMOTE_ADDR"],
    ) -> None:
        self._application = application
        self._places = Places(places)
        self._bodies = Bodies(limits or Limits())
        self._dear = dear
        self._is_dear = is_dear
        self._address = address

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
            answer = await self._make(with_body(environ, body), body)
            await self._send(answer, send)
        except Refusal as refusal:
            await self._send(refused(refusal, environ), send)
        finally:
            self._bodies.give_back(held)

    async def _make(self, environ: dict[str, Any], body: bytes) -> Answer:
        if self._dear is not None and self._is_dear(environ) is not None:
            return await self._dear.run(environ, body, self._address(environ))
        return await self._places.run(partial(make_answer, self._application, environ))

    def _without_body(self, environ: dict[str, Any]) -> Answer | None:
        """On a place: the answer that needs no body, or None where the application would read it."""
        try:
            return make_answer(self._application, environ | {"wsgi.input": AwaitedBody()})
        except BodyWanted:
            return None

    async def _send(self, answer: Answer, send: Send) -> None:
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        if answer.rest is None:
            await send({"type": "http.response.body", "body": answer.body})
            return
        await send({"type": "http.response.body", "body": answer.body, "more_body": True})
        rest, limits = answer.rest, self._bodies.limits
        try:
            while (part := await self._places.run(partial(next_part, rest))) is not None:
                # Who reads more slowly than the least pace is let go, as who writes so is.
                await asyncio.wait_for(
                    send({"type": "http.response.body", "body": part, "more_body": True}),
                    limits.seconds(len(part)),
                )
            await send({"type": "http.response.body", "body": b""})
        finally:
            if answer.close is not None:
                await self._places.run(answer.close)
