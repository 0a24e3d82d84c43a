"""One bounded HTTP exchange: time, size and completeness are checked, redirects are not followed.

urllib3 compares Content-Length with what came; a body without one that stops early shows when it is parsed.
Compressed answers are not asked for and not taken, so that a small answer cannot grow.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import (
    HTTPError,
    IncompleteRead,
    InvalidChunkLength,
    NewConnectionError,
    ProtocolError,
    SSLError,
)
from urllib3.exceptions import TimeoutError as TimedOut

from trace.errors import TokenMalformed

OK: Final = 200
NOT_MODIFIED: Final = 304
TRY_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_CHUNK: Final = 64 * 1024
_TOKEN: Final = re.compile(r"[\x20-\x7e]+")
"""What a header can carry (RFC 9110 §5.5)."""


class NoAnswer(Exception):
    """The neighbour did not answer as a whole; `broken_off` when a body had begun."""

    def __init__(self, reason: str, *, broken_off: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.broken_off = broken_off


class TooMuch(Exception):
    """The body went over the limit."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Header names are lower case. `measured`: its length was stated and met."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    measured: bool


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds to connect, between two bytes, for the whole answer; bytes of the body."""

    connect: float = 5.0
    read: float = 20.0
    whole: float = 60.0
    limit: int = 8 * 2**20


class Transport:
    """A connection pool of one port; thread-safe. `close` ends its connections."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        self.bounds = bounds or Bounds()
        self._pool = urllib3.PoolManager(num_pools=4, maxsize=4, retries=False)

    def close(self) -> None:
        self._pool.clear()

    def ask(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """One exchange; every HTTP status comes back as an answer. Raises `NoAnswer` or `TooMuch`."""
        sent = {"Accept-Encoding": "identity", "User-Agent": "greentrace", **(headers or {})}
        timeout = urllib3.Timeout(connect=self.bounds.connect, read=self.bounds.read)
        try:
            response = self._pool.request(
                method, url, headers=sent, body=body, timeout=timeout, redirect=False, preload_content=False,
                decode_content=False,
            )  # fmt: skip
        except HTTPError as error:
            raise NoAnswer(_reason(error)) from None
        try:
            content = self._read(response)
        except BaseException:
            response.close()
            raise
        response.release_conn()
        found = {name.lower(): value for name, value in response.headers.items()}
        if found.get("content-encoding", "identity") != "identity":
            raise NoAnswer("content-encoding")
        measured = "content-length" in found or found.get("transfer-encoding", "") == "chunked"
        return Answer(response.status, found, content, measured)

    def _read(self, response: urllib3.BaseHTTPResponse) -> bytes:
        until, content = time.monotonic() + self.bounds.whole, bytearray()
        try:
            while chunk := response.read(_CHUNK, decode_content=False):
                content += chunk
                if len(content) > self.bounds.limit:
                    raise TooMuch
                if time.monotonic() > until:
                    raise NoAnswer("too-slow", broken_off=True)
        except (IncompleteRead, InvalidChunkLength, ProtocolError):
            raise NoAnswer("broken-off", broken_off=True) from None
        except HTTPError as error:
            raise NoAnswer(_reason(error), broken_off=True) from None
        return bytes(content)


def bearer(token: str | None) -> dict[str, str]:
    """The header that carries an API token; none for "". A line break around it, as files end in one, is cut.

    Raises `TokenMalformed` for what no header can carry, which says nothing of the text itself.
    """
    text = (token or "").strip()
    if not text:
        return {}
    if _TOKEN.fullmatch(text) is None:
        raise TokenMalformed(length=len(text))
    return {"Authorization": f"Bearer {text}"}


def host_of(url: str) -> str:
    """Host and port, for messages: no path, no credentials."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


def _reason(error: HTTPError) -> str:
    if isinstance(error, NewConnectionError):  # first: urllib3 counts it among the timeouts
        return "no-connection"
    if isinstance(error, TimedOut):
        return "timeout"
    return "tls" if isinstance(error, SSLError) else "no-connection"
