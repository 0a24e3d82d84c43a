"""A reader of the signed feed over HTTP.

    GET {base}/api/v1/feed?after=<cursor>&limit=<n>      Accept: application/json, If-None-Match: <etag>
    200 {"items": [{"jws", "leaf", "log", "index", "proof", …}], "checkpoint": "<note>",
         "checkpoints": ["<note>", …], "next": "<cursor>"}
    304 nothing new after this cursor

`next` is the cursor to read on after; with an empty page it may repeat `after` or be null.
A page is taken whole or not at all: one that ends early is asked for again, after the same cursor.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import orjson

from trace.errors.exchange import (
    EvidenceMalformed,
    FeedBrokenOff,
    FeedMalformed,
    FeedPageTooLarge,
    FeedRefused,
    FeedUnreachable,
)
from trace.exchange.farm.pages import FarmBundlePage, FeedItem, Watch
from trace.exchange.farm.shapes import feed_item
from trace.exchange.transport import (
    NOT_MODIFIED,
    OK,
    TRY_AGAIN,
    Answer,
    NoAnswer,
    TooMuch,
    Transport,
    bearer,
    host_of,
)

_LONGEST_CURSOR: Final = 200
_LONGEST_PAUSE: Final = 30.0


@dataclass(frozen=True, slots=True)
class Patience:
    """Retries of a page: attempts, and the pause before the second one, doubled each time (seconds)."""

    attempts: int = 5
    pause: float = 0.2


class SignedFeed:
    """Reads one feed; `sleep` is time's own unless a test counts the pauses."""

    def __init__(
        self,
        base: str,
        *,
        limit: int = 100,
        token: str | None = None,
        transport: Transport | None = None,
        patience: Patience | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._base = base.rstrip("/")
        self._limit = limit
        self._headers = {"Accept": "application/json"}
        self._headers |= bearer(token)
        self._transport = transport or Transport()
        self._patience = patience or Patience()
        self._sleep = sleep
        self._watch = Watch()

    def close(self) -> None:
        self._transport.close()

    def read(self, after: str | None = None, etag: str | None = None) -> FarmBundlePage:
        """One page. Raises `FeedUnreachable`, `FeedBrokenOff` (both: try later, same cursor), `FeedRefused`,
        `FeedMalformed` or `FeedPageTooLarge`."""
        query = {"limit": str(self._limit)} | ({"after": after} if after is not None else {})
        headers = self._headers | ({"If-None-Match": etag} if etag else {})
        url = f"{self._base}/api/v1/feed?{urlencode(query)}"
        broken = False
        reason = "no-answer"
        for attempt in range(1, self._patience.attempts + 1):
            try:
                return self._page(self._transport.ask("GET", url, headers), after, etag, attempt)
            except TooMuch:
                limit = self._transport.bounds.limit
                raise FeedPageTooLarge(cursor=after or "", limit=limit) from None
            except _Again as again:
                reason, broken, wait = again.reason, False, again.wait
            except NoAnswer as missing:
                reason, broken, wait = missing.reason, missing.broken_off, 0.0
            if attempt < self._patience.attempts:
                self._sleep(min(max(wait, self._patience.pause * 2 ** (attempt - 1)), _LONGEST_PAUSE))
        if broken:
            raise FeedBrokenOff(cursor=after or "", attempts=self._patience.attempts)
        raise FeedUnreachable(host=host_of(url), attempts=self._patience.attempts, reason=reason)

    def _page(self, answer: Answer, after: str | None, etag: str | None, attempt: int) -> FarmBundlePage:
        if answer.status == NOT_MODIFIED and etag:
            return FarmBundlePage(after, etag=etag, unchanged=True, attempts=attempt)
        if answer.status in TRY_AGAIN:
            raise _Again(f"status-{answer.status}", _retry_after(answer))
        if answer.status != OK:
            raise FeedRefused(host=host_of(self._base), status=answer.status)
        body = _parsed(answer, after)
        try:
            items, following = _items(body), _next(body, after)
        except EvidenceMalformed as refusal:
            raise FeedMalformed(cursor=after or "", **refusal.params) from None
        notices = tuple(notice for item in items if (notice := self._watch.look(item)) is not None)
        note = body.get("checkpoint")
        return FarmBundlePage(
            cursor=following,
            items=items,
            checkpoint=note if isinstance(note, str) else None,
            checkpoints=_checkpoints(body, after),
            etag=answer.headers.get("etag"),
            attempts=attempt,
            notices=notices,
        )


def _checkpoints(body: Mapping[str, object], after: str | None) -> tuple[str, ...]:
    listed = body.get("checkpoints", [])
    if not isinstance(listed, list) or not all(isinstance(note, str) for note in listed):
        raise FeedMalformed(cursor=after or "", path="$.checkpoints", expected="list of notes")
    return tuple(listed)


class _Again(Exception):
    """The feed asked for patience."""

    def __init__(self, reason: str, wait: float) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


def _retry_after(answer: Answer) -> float:
    text = answer.headers.get("retry-after", "")
    return float(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0.0


def _parsed(answer: Answer, after: str | None) -> Mapping[str, object]:
    """The page as JSON; an unmeasured body that does not parse has most likely ended early."""
    try:
        body = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        if not answer.measured:
            raise NoAnswer("broken-off", broken_off=True) from None
        raise FeedMalformed(cursor=after or "", path="$", expected="JSON") from None
    if not isinstance(body, dict):
        raise FeedMalformed(cursor=after or "", path="$", expected="object")
    return body


def _items(body: Mapping[str, object]) -> tuple[FeedItem, ...]:
    items = body.get("items")
    if not isinstance(items, list):
        raise EvidenceMalformed(path="$.items", expected="list of items")
    if items and not isinstance(body.get("checkpoint"), str):
        raise EvidenceMalformed(path="$.checkpoint", expected="signed note")
    return tuple(feed_item(item, f"$.items[{place}]") for place, item in enumerate(items))


def _next(body: Mapping[str, object], after: str | None) -> str | None:
    """Where to read on; a page with items must move on, or the reader would go round for ever."""
    following = body.get("next")
    if following is None and not body["items"]:
        return after
    if not isinstance(following, str) or not 0 < len(following) <= _LONGEST_CURSOR:
        raise EvidenceMalformed(path="$.next", expected="cursor")
    if body["items"] and following == after:
        raise EvidenceMalformed(path="$.next", expected="a cursor that moves on")
    return following
