"""The ASGI application around a WSGI one: read the body, take a place, make the answer, let go of the place.

A body that is long, or does not say how long it is, is read only when the application asks for it: the
request is first put to it without one, and what it then refuses (no token, no such page, too large) needs
none. Dear questions go to places of their own, those of known callers apart from those of strangers; and so
does a page that the application finds too dear for an ordinary place when it comes to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from api.elsewhere import ELSEWHERE, MadeElsewhere, MadePage, go_elsewhere
from api.gateway.answer import Answer, make_answer, next_part, refused
from api.gateway.bodies import AwaitedBody, Bodies, BodyWanted, Limits, Receive
from api.gateway.dear import DearPlaces
from api.gateway.environ import announced, environ_of, names_its_host, with_body
from api.gateway.places import Places
from trace.errors import HostUnclear, PlacesTaken, Refusal

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Send = Callable[[dict[str, Any]], Awaitable[None]]
MOST_WAITING: Final = 512


class Gateway:
    """`places`: how many answers are made at a time; `limits`: what bodies may take; `dear`: where questions
    are answered for which `is_dear` gives a name, and `known` where they are of a `holder` of a token;
    `address`: of a request, where it comes from."""

    def __init__(
        self,
        application: WSGIApplication,
        places: int,
        limits: Limits | None = None,
        *,
        dear: DearPlaces | None = None,
        known: DearPlaces | None = None,
        is_dear: Callable[[Mapping[str, Any]], str | None] = lambda _: None,
        address: Callable[[Mapping[str, Any]], str] = lambda environ: environ["REMOTE_ADDR"],
        holder: Callable[[Mapping[str, Any]], str | None] = lambda _: None,
    ) -> None:
        self._application = application
        self._places = Places(places)
        self._bodies = Bodies(limits or Limits())
        self._dear = dear
        self._known = known
        self._is_dear = is_dear
        self._address = address
        self._holder = holder

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        environ = environ_of(scope)
        held = 0
        try:
            if self._places.waiting() >= MOST_WAITING:
                raise PlacesTaken(**{"for": "requests"})
            if not names_its_host(scope):
                raise HostUnclear
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
        if self._dear is None:
            return await self._places.run(partial(make_answer, self._application, environ))
        if self._is_dear(environ) is not None:
            return await self._make_dearly(self._dear, environ, body)
        made = await self._places.run(partial(self._here, environ))
        if isinstance(made, Answer):
            return made
        answer = await self._make_dearly(self._dear, environ, body)
        page = _page_of(answer)
        if made.keep is not None and page is not None:
            await self._places.run(partial(made.keep, page))
        return answer

    def _here(self, environ: dict[str, Any]) -> Answer | MadeElsewhere:
        """On a place: the answer, or that it is to be made elsewhere."""
        try:
            return make_answer(self._application, environ | {ELSEWHERE: go_elsewhere})
        except MadeElsewhere as wanted:
            return wanted

    async def _make_dearly(self, strangers: DearPlaces, environ: dict[str, Any], body: bytes) -> Answer:
        """On the places of known callers for who shows a token that is good, else on those of strangers."""
        if self._known is not None and "HTTP_AUTHORIZATION" in environ:
            holder = await self._places.run(partial(self._holder, environ))
            if holder is not None:
                return await self._known.run(environ, body, holder)
        return await strangers.run(environ, body, self._address(environ))

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


def _page_of(answer: Answer) -> MadePage | None:
    """The page, if it came whole and may be kept."""
    if answer.granted is None or answer.rest is not None:
        return None
    headers = [(name.decode("latin-1").title(), value.decode("latin-1")) for name, value in answer.headers]
    return MadePage(answer.status, headers, answer.body, *answer.granted)
