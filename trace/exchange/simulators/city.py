"""A simulator of the city's traceability platform. The real one's interface is not public; this one is ours.

    POST /api/v1/records          takes a record: accepted, received (decided later) or rejected with reasons
    GET  /api/v1/records/{job}    the answer again
    POST /admin/behaviour         {"outage": "none" | "refuse" | "hang_up", "late_acks": <asks before it>,
                                   "reject": {"<job>": "<reason>"}}
    GET  /admin/records           what was taken, with receipts and the number of repeats

The same job again gets the same answer and counts as a repeat; a record that lacks a lawful field is rejected
with every field named. A rejected job may be sent again with another content.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from urllib.parse import unquote

from trace.exchange.city_document import missing_fields
from trace.exchange.simulators.server import Reply, Request, Simulator, json_reply

_RECORDS = "/api/v1/records"


@dataclass(slots=True)
class _Taken:
    document: Mapping[str, Any]
    asks_left: int
    repeats: int = 0

    def reply(self, job: str) -> Reply:
        if self.asks_left > 0:
            return json_reply(202, {"state": "received"})
        return json_reply(200, {"state": "accepted", "receipt": receipt_of(job)})


@dataclass(slots=True)
class CitySimulator:
    """State and answers; thread-safe."""

    outage: str = "none"
    late_acks: int = 0
    reject: dict[str, str] = field(default_factory=dict)
    _taken: dict[str, _Taken] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def answer(self, request: Request) -> Reply:
        path = request.path.partition("?")[0]
        with self._lock:
            if path.startswith("/admin/"):
                return self._admin(request, path)
            if self.outage == "hang_up":
                return Reply(503, hang_up=True)
            if self.outage == "refuse":
                return json_reply(503, {"error": "outage"})
            if path == _RECORDS and request.method == "POST":
                return self._take(request)
            if path.startswith(f"{_RECORDS}/") and request.method == "GET":
                return self._again(unquote(path[len(_RECORDS) + 1 :]))
        return json_reply(404, {"error": "no such address"})

    def _take(self, request: Request) -> Reply:
        document, job = request.json(), request.headers.get("idempotency-key", "")
        if not isinstance(document, dict) or not job:
            return _rejected([("", "不是合格的记录")])
        taken = self._taken.get(job)
        if taken is not None:
            taken.repeats += 1
            return taken.reply(job)
        reasons = [(name, "缺少此项") for name in missing_fields(document)]
        if job in self.reject:
            reasons.append(("", self.reject[job]))
        if reasons:
            return _rejected(reasons)
        self._taken[job] = _Taken(document, self.late_acks)
        return self._taken[job].reply(job)

    def _again(self, job: str) -> Reply:
        taken = self._taken.get(job)
        if taken is None:
            return json_reply(404, {"error": "unknown job"})
        taken.asks_left = max(0, taken.asks_left - 1)
        return taken.reply(job)

    def _admin(self, request: Request, path: str) -> Reply:
        if path == "/admin/records":
            listed = [
                {"job": job, "receipt": receipt_of(job), "repeats": one.repeats, "document": one.document}
                for job, one in self._taken.items()
            ]
            return json_reply(200, {"records": listed})
        told = request.json()
        if path != "/admin/behaviour" or not isinstance(told, dict):
            return json_reply(400, {"error": "behaviour is an object"})
        self.outage = str(told.get("outage", self.outage))
        self.late_acks = int(told.get("late_acks", self.late_acks))
        self.reject = dict(told.get("reject", self.reject))
        return json_reply(200, {"outage": self.outage, "late_acks": self.late_acks, "reject": self.reject})


def receipt_of(job: str) -> str:
    """The receipt number of a job: the same for the same job, so that a restart changes nothing."""
    return f"SH-SIM-{hashlib.sha256(job.encode()).hexdigest()[:12].upper()}"


def _rejected(reasons: list[tuple[str, str]]) -> Reply:
    listed = [{"field": name, "reason": reason} for name, reason in reasons]
    return json_reply(422, {"state": "rejected", "reasons": listed})


def serve(port: int = 0) -> None:
    """Run until stopped."""
    Simulator(CitySimulator().answer, port).serve()


def main() -> None:
    parser = argparse.ArgumentParser(description="A simulator of the city's traceability platform.")
    parser.add_argument("--port", type=int, default=0)
    serve(parser.parse_args().port)


if __name__ == "__main__":
    main()
