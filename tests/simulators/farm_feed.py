"""A well-behaved agricultural platform for the tests of the port: pages of items over real HTTP.

The JWS here have the right form and no true signature: signatures are the use case's business, and the whole
way with true ones is tested where platform and port meet.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from trace.exchange.simulators.server import Reply, Request, json_reply

LOG = "trace.example.cn/agri"
NOTE = f"{LOG}\n3\nAAAA\n\n— {LOG} AAAA\n"


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def item(index: int, said: str = "harvest") -> dict[str, Any]:
    payload = orjson.dumps({"v": 1, "seq": index, "data": {"said": said}})
    jws = {"protected": b64(b'{"alg":"EdDSA"}'), "payload": b64(payload), "signature": b64(bytes(64))}
    return {
        "jws": jws,
        "leaf": '{"v":1}',
        "log": LOG,
        "index": index,
        "proof": ["A" * 43 + "="],
        "loggedAt": "2026-10-06T10:00:00Z",
    }


class GoodFeed:
    """Items 0 … n−1; the cursor is the number of items read."""

    def __init__(self, count: int) -> None:
        self.items = [item(index) for index in range(count)]
        self.asked: list[Request] = []

    def answer(self, request: Request) -> Reply:
        self.asked.append(request)
        parts = urlsplit(request.path)
        if parts.path != "/api/v1/feed":
            return json_reply(404, {})
        query = dict(parse_qsl(parts.query))
        start = int(query.get("after", 0))
        page = self.items[start : start + int(query["limit"])]
        body = orjson.dumps({"items": page, "checkpoint": NOTE, "next": str(start + len(page))})
        etag = f'"{sha256(body).hexdigest()[:16]}"'
        if request.headers.get("if-none-match") == etag:
            return Reply(304, headers={"ETag": etag})
        return Reply(200, body, {"Content-Type": "application/json", "ETag": etag})
