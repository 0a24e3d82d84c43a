"""Deadlines of whole exchanges: a connection is cut off when its time is over, however slowly it speaks.

A read timeout counts the silence between two bytes, and whoever sends one byte at a time is never silent.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import suppress
from threading import Timer
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError


def bounded_pool(seconds: float) -> urllib3.PoolManager:
    """Connections for exchanges that last `seconds` at most, connecting and the last byte included.

    No retries and no redirects: who asks comes back by itself.
    """
    pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(total=seconds))
    plain = type("Plain", (_Cut, HTTPConnection), {"seconds": seconds})
    secure = type("Secure", (_Cut, HTTPSConnection), {"seconds": seconds})
    pool.pool_classes_by_scheme = {
        "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
    }
    return pool


def exchange(
    pool: urllib3.PoolManager,
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    limit: int,
) -> tuple[int, bytes]:
    """Status and body, of which `limit` bytes are read, of a `bounded_pool`; raises urllib3's `HTTPError`."""
    answer = pool.request(method, url, body=body, headers=headers, redirect=False, preload_content=False)
    connection: _Cut = answer.exchanged  # type: ignore[attr-defined]  # the pool's connections set it
    try:
        content = answer.read(limit, decode_content=True)
    finally:
        connection.keep()
        answer.release_conn()
    if connection.was_cut:  # what had come looks whole where no length was stated
        raise HTTPError("the exchange took too long")
    return int(answer.status), content


class _Cut:
    """A connection whose exchange ends after `seconds`, from the request on to the answer's last byte."""

    seconds: float
    was_cut: bool = False
    sock: socket.socket | None
    _held: socket.socket | None = None
    _timer: Timer | None = None

    def request(self, *given: Any, **named: Any) -> None:
        self._begin()
        try:
            super().request(*given, **named)  # type: ignore[misc]  # of the connection that it is mixed into
        except BaseException:
            self.keep()
            raise

    def getresponse(self) -> Any:
        # After the answer's head the connection lets go of a socket on which no further request follows.
        self._held = self.sock
        try:
            answer = super().getresponse()  # type: ignore[misc]
        except BaseException:
            self.keep()
            raise
        answer.exchanged = self
        return answer

    def keep(self) -> None:
        """The exchange is over; the connection may serve the next one."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._held = None

    def _begin(self) -> None:
        self.keep()
        self.was_cut = False
        self._timer = Timer(self.seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def _cut(self) -> None:
        self.was_cut = True
        open_one = self._held or self.sock
        if open_one is not None:
            with suppress(OSError):
                open_one.shutdown(socket.SHUT_RDWR)
