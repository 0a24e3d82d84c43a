"""A proxy with faults before a real agricultural platform.

Everything is passed through unchanged but the pages of /api/v1/feed, to which one planned fault a request is
done:

    POST /admin/faults   [{"fault": "late", "times": 2}, {"fault": "contradict", "items": [{…feed item…}]}, …]
    GET  /admin/faults   what is still planned, and how many pages were served

late        an empty page that says to come back after the same cursor (`seconds` also delays the answer)
repeat      every item twice; the items of the page before come along again
reorder     the items in reverse
contradict  `items` (signed by whoever plans the fault) are put before those of the page
break_off   the body stops after `share` of its bytes (default 0.5) and the connection ends
refuse      503
"""

from __future__ import annotations

import argparse
import time
from collections import deque
from collections.abc import Mapping
from threading import Lock
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import orjson

from trace.exchange.simulators.server import Reply, Request, Simulator, json_reply
from trace.exchange.transport import NoAnswer, TooMuch, Transport

FAULTS: Final = frozenset({"late", "repeat", "reorder", "contradict", "break_off", "refuse"})
_PASSED_ON: Final = ("authorization", "accept", "if-none-match", "content-type", "idempotency-key")
_PASSED_BACK: Final = ("content-type", "etag", "cache-control", "retry-after", "location")


class FaultyFeed:
    """The proxy's state and its answers; thread-safe."""

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream.rstrip("/")
        self._transport = Transport()
        self._planned: deque[dict[str, Any]] = deque()
        self._before: list[Any] = []
        self._served = 0
        self._lock = Lock()

    def plan(self, *faults: Mapping[str, Any]) -> None:
        """Append faults; `times` (default 1): how many pages each spoils. ValueError for an unknown one."""
        for fault in faults:
            if fault.get("fault") not in FAULTS:
                raise ValueError(f"no such fault: {fault.get('fault')}")
            with self._lock:
                self._planned.extend([dict(fault)] * int(fault.get("times", 1)))

    def answer(self, request: Request) -> Reply:
        path = request.path.partition("?")[0]
        if path == "/admin/faults":
            return self._admin(request)
        try:
            return self._feed(request) if path == "/api/v1/feed" else self._passed(request)
        except (NoAnswer, TooMuch) as missing:
            return json_reply(502, {"upstream": str(missing)})

    def _admin(self, request: Request) -> Reply:
        if request.method == "POST":
            planned = request.json()
            try:
                self.plan(*(planned if isinstance(planned, list) else [planned]))
            except (ValueError, TypeError, AttributeError) as error:
                return json_reply(400, {"error": str(error)})
        with self._lock:
            return json_reply(
                200, {"planned": [one["fault"] for one in self._planned], "served": self._served}
            )

    def _passed(self, request: Request) -> Reply:
        headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
        body = request.body or None
        answer = self._transport.ask(request.method, self._upstream + request.path, headers, body)
        back = {name: answer.headers[name] for name in _PASSED_BACK if name in answer.headers}
        return Reply(answer.status, answer.body, back)

    def _feed(self, request: Request) -> Reply:
        with self._lock:
            fault = self._planned.popleft() if self._planned else None
            self._served += 1
        if fault is None:
            return self._remember(self._passed(request))
        if fault["fault"] == "refuse":
            return json_reply(503, {"error": "planned"}, {"Retry-After": "0"})
        if fault["fault"] == "late":
            return self._late(request, fault)
        # A page from the cache would be unchanged: ask for it in full.
        headers = {name: value for name, value in request.headers.items() if name != "if-none-match"}
        whole = self._passed(Request(request.method, request.path, headers, request.body))
        if fault["fault"] == "break_off":
            return Reply(
                whole.status, whole.body, whole.headers, cut=int(len(whole.body) * fault.get("share", 0.5))
            )
        return self._spoiled(whole, fault)

    def _late(self, request: Request, fault: Mapping[str, Any]) -> Reply:
        time.sleep(float(fault.get("seconds", 0)))
        after = _query(request.path).get("after")
        return json_reply(200, {"items": [], "checkpoint": None, "next": after})

    def _remember(self, reply: Reply) -> Reply:
        page = _page(reply)
        if page is not None:
            with self._lock:
                self._before = page["items"]
        return reply

    def _spoiled(self, reply: Reply, fault: Mapping[str, Any]) -> Reply:
        page = _page(reply)
        if page is None:
            return reply
        items = page["items"]
        with self._lock:
            before, self._before = self._before, items
        if fault["fault"] == "repeat":
            page["items"] = [*before, *(copy for item in items for copy in (item, item))]
        elif fault["fault"] == "reorder":
            page["items"] = items[::-1]
        else:
            page["items"] = [*fault.get("items", ()), *items]
        headers = {name: value for name, value in reply.headers.items() if name != "etag"}
        return Reply(reply.status, orjson.dumps(page), headers)


def _page(reply: Reply) -> dict[str, Any] | None:
    if reply.status != 200:
        return None
    page = orjson.loads(reply.body)
    return page if isinstance(page, dict) and isinstance(page.get("items"), list) else None


def _query(path: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(path).query))


def serve(port: int, upstream: str) -> None:
    """Run until stopped, in front of `upstream`."""
    Simulator(FaultyFeed(upstream).answer, port).serve()


def main() -> None:
    parser = argparse.ArgumentParser(description="A feed with faults, before a real agricultural platform.")
    parser.add_argument(
        "--upstream", required=True, help="address of the platform, such as http://127.0.0.1:8001"
    )
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    serve(given.port, given.upstream)


if __name__ == "__main__":
    main()
