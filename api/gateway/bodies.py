"""Bodies: read at a least pace and up to a limit, held within one budget of bytes for all of them.

A body may take ten seconds and, beyond them, as long as its bytes take at the least pace; whoever is slower
is told so (408) and let go. What all bodies hold together is bounded: beyond it one has to come again (503).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from trace.errors import BodyCutOff, BodyTooLarge, BodyTooSlow, PlacesTaken, Refusal

Receive = Callable[[], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Limits:
    """A body may take `grace` seconds, then a second for every `pace` bytes; all of them `held` bytes."""

    grace: float = 10.0
    pace: int = 8 * 1024
    body: int = 16 * 1024 * 1024 + 4096
    held: int = 256 * 1024 * 1024
    small: int = 64 * 1024
    """Up to this size a body that says its length is read before anybody is asked whether it is wanted."""

    def seconds(self, size: int) -> float:
        """How long a body may have taken that has brought so many bytes."""
        return self.grace + size / self.pace


class BodyWanted(BaseException):
    """The application wants the body. No failure: nobody on the way handles it."""


class AwaitedBody:
    """A body that is not here yet: whoever reads it says by that that the request may have one."""

    def read(self, size: int = -1, /) -> NoReturn:
        raise BodyWanted

    def readline(self, size: int = -1, /) -> NoReturn:
        raise BodyWanted

    def readlines(self, hint: int = -1, /) -> NoReturn:
        raise BodyWanted

    def __iter__(self) -> NoReturn:
        raise BodyWanted


class Bodies:
    """The bodies of one process, in its event loop; `give_back` what was held when the answer is made."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.held = 0

    async def read(self, receive: Receive) -> bytes:
        """The whole body; raises BodyCutOff, BodyTooLarge, BodyTooSlow, PlacesTaken."""
        begun, parts, size = time.monotonic(), list[bytes](), 0
        try:
            while True:
                left = begun + self.limits.seconds(size) - time.monotonic()
                message = await asyncio.wait_for(receive(), max(left, 0.001))
                if message["type"] != "http.request":
                    raise BodyCutOff
                part: bytes = message.get("body", b"")
                if size + len(part) > self.limits.body:
                    raise BodyTooLarge(limit=self.limits.body, unit="B")
                self._take(len(part))
                size += len(part)
                parts.append(part)
                if not message.get("more_body", False):
                    return b"".join(parts)
        except TimeoutError:
            self.give_back(size)
            seconds = round(time.monotonic() - begun)
            raise BodyTooSlow(received=size, seconds=seconds) from None
        except Refusal:
            self.give_back(size)
            raise

    def give_back(self, size: int) -> None:
        """So many bytes are held no longer."""
        self.held -= size

    def _take(self, size: int) -> None:
        if self.held + size > self.limits.held:
            raise PlacesTaken(**{"for": "bodies"})
        self.held += size
