"""A reader of what a log addresses to certain parties.

POST {base}/api/v1/feed/addressed   {"log", "parties": [...], "after"}
200 {"items": [{"stmt", "disclosure"}], "next": "<cursor>"}
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from trace.errors.exchange import FeedMalformed, FeedRefused, FeedUnreachable
from trace.exchange.transport import OK, NoAnswer, TooMuch, Transport, bearer, host_of


@dataclass(frozen=True, slots=True)
class AddressedTo:
    """A statement at an index of that log, and the disclosure in it that names a receiver."""

    stmt: str
    index: int
    disclosure: str


class AddressedFeed:
    """Reads one platform's; the token needs the scope for it."""

    def __init__(self, base: str, *, token: str | None = None, transport: Transport | None = None) -> None:
        self._url = f"{base.rstrip('/')}/api/v1/feed/addressed"
        self._headers = {"Accept": "application/json", "Content-Type": "application/json", **bearer(token)}
        self._transport = transport or Transport()

    def close(self) -> None:
        self._transport.close()

    def read(self, log: str, parties: Sequence[str], after: str) -> tuple[list[AddressedTo], str]:
        """One page and the cursor behind it. Raises `FeedUnreachable`, `FeedRefused`, `FeedMalformed`."""
        body = orjson.dumps({"log": log, "parties": list(parties), "after": after})
        try:
            answer = self._transport.ask("POST", self._url, self._headers, body)
        except (NoAnswer, TooMuch) as missing:
            raise FeedUnreachable(host=host_of(self._url), attempts=1, reason=str(missing)) from None
        if answer.status != OK:
            raise FeedRefused(host=host_of(self._url), status=answer.status)
        try:
            found = orjson.loads(answer.body)
            items = [
                AddressedTo(str(one["stmt"]), int(one["index"]), str(one["disclosure"]))
                for one in found["items"]
            ]
            return items, str(found["next"])
        except (ValueError, KeyError, TypeError):
            raise FeedMalformed(cursor=after, path="$", expected="items and next") from None
