"""Callers of an ASGI application, in memory: what they send, when, and what they were answered."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.gateway import Gateway

GONE = None
"""Instead of a part: the caller closes the connection."""


@dataclass
class Caller:
    """One request; `parts` are sent one after the other, each after `pause` seconds, `ends` or never."""

    method: str = "POST"
    path: str = "/"
    headers: Mapping[str, str] = field(default_factory=dict)
    parts: Sequence[bytes | None] = ()
    pause: float = 0.0
    ends: bool = True
    query: str = ""
    version: str = "1.1"
    hosts: Sequence[str] = ("127.0.0.1:8000",)
    status: int | None = None
    answered: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    asked: int = 0
    """How many parts were asked for."""
    ended: bool = False

    async def ask(self, gateway: Gateway) -> Caller:
        """Send it; gives itself, answered."""
        await gateway(self._scope(), self._receive, self._send)
        return self

    def _scope(self) -> dict[str, Any]:
        return {
            "type": "http",
            "http_version": self.version,
            "method": self.method,
            "scheme": "http",
            "path": self.path,
            "raw_path": self.path.encode(),
            "query_string": self.query.encode(),
            "server": ("127.0.0.1", 8000),
            "client": ("192.0.2.7", 40_000),
            "headers": [
                *((b"host", each.encode()) for each in self.hosts),
                *((name.encode(), value.encode()) for name, value in self.headers.items()),
            ],
        }

    async def _receive(self) -> dict[str, Any]:
        await asyncio.sleep(self.pause)
        if self.asked >= len(self.parts) and not self.ends:
            await asyncio.Event().wait()
        part = self.parts[self.asked] if self.asked < len(self.parts) else b""
        self.asked += 1
        if part is GONE:
            return {"type": "http.disconnect"}
        more = self.asked < len(self.parts) or not self.ends
        return {"type": "http.request", "body": part, "more_body": more}

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.answered = {name.decode(): value.decode() for name, value in message["headers"]}
            return
        self.body += message.get("body", b"")
        self.ended = not message.get("more_body", False)
