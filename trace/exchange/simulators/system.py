"""A simulator that plays any named system; the real ones' interfaces are not public, this one is ours.

    POST /documents           takes a document: accepted, received (decided later) or rejected with reasons
    GET  /documents/{id}      the answer again
    GET  /outgoing?after=N    what it has for us behind number N
    POST /admin/behaviour     {"outage": "none" | "refuse" | "hang_up", "late_acks": <asks before it>,
                              "reject": {"<type>": "<reason>"}, "mistaken": <receipts for another document>}
    POST /admin/outgoing      {"type", "document"} or a list of these: what it has for us
    GET  /admin/documents     what was taken, with receipts and the number of repeats

A document that lacks a member of its type, has an unfit or an unknown one is rejected with each named; the
same id with another content is rejected.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final
from urllib.parse import parse_qs, unquote

import orjson

from trace.exchange.simulators.server import Reply, Request, Simulator, json_reply
from trace.rules.systems import unfit_members

_DOCUMENTS: Final = "/documents"
_PAGE: Final = 100


@dataclass(slots=True)
class _Taken:
    type: str
    digest: str
    document: Mapping[str, Any]
    asks_left: int
    repeats: int = 0


@dataclass(slots=True)
class SystemSimulator:
    """State and answers; thread-safe."""

    name: str = "system"
    outage: str = "none"
    late_acks: int = 0
    mistaken: bool = False
    reject: dict[str, str] = field(default_factory=dict)
    outgoing: list[dict[str, Any]] = field(default_factory=list)
    taken: dict[str, _Taken] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def answer(self, request: Request) -> Reply:
        path, _, query = request.path.partition("?")
        with self._lock:
            if path.startswith("/admin/"):
                return self._admin(request, path)
            if self.outage == "hang_up":
                return Reply(503, hang_up=True)
            if self.outage == "refuse":
                return json_reply(503, {"error": "outage"})
            if path == _DOCUMENTS and request.method == "POST":
                return self._take(request)
            if path.startswith(f"{_DOCUMENTS}/") and request.method == "GET":
                return self._again(unquote(path[len(_DOCUMENTS) + 1 :]))
            if path == "/outgoing" and request.method == "GET":
                return self._out(parse_qs(query).get("after", [""])[0])
        return json_reply(404, {"error": "no such address"})

    def offer(self, typ: str, document: Mapping[str, Any], number: str = "") -> str:
        """Have a document for whoever collects; its number."""
        number = number or f"{self.name}-{len(self.outgoing) + 1}"
        self.outgoing.append({"number": number, "type": typ, "document": document})
        return number

    def _take(self, request: Request) -> Reply:
        said = request.json()
        name = request.headers.get("idempotency-key", "")
        if not isinstance(said, dict) or not name or said.get("id") != name:
            return _rejected([("id", "与 Idempotency-Key 不符")])
        typ, document = str(said.get("type", "")), said.get("document")
        known = self.taken.get(name)
        if known is not None:
            known.repeats += 1
            if known.digest != said.get("digest"):
                return _rejected([("id", "同一编号的另一份文件")])
            return self._reply(name, known)
        reasons = [(member, "缺少、不合格或多余") for member in unfit_members(typ, document)]
        if said.get("digest") != hashlib.sha256(orjson.dumps(document)).hexdigest():
            reasons.append(("digest", "与文件不符"))
        if typ in self.reject:
            reasons.append(("", self.reject[typ]))
        if reasons or not isinstance(document, dict):
            return _rejected(reasons)
        self.taken[name] = _Taken(typ, str(said["digest"]), document, self.late_acks)
        return self._reply(name, self.taken[name])

    def _again(self, name: str) -> Reply:
        known = self.taken.get(name)
        if known is None:
            return json_reply(404, {"error": "unknown document"})
        known.asks_left = max(0, known.asks_left - 1)
        return self._reply(name, known)

    def _reply(self, name: str, known: _Taken) -> Reply:
        if known.asks_left > 0:
            return json_reply(202, {"state": "received"})
        digest = "0" * 64 if self.mistaken else known.digest
        return json_reply(200, {"state": "accepted", "receipt": receipt_of(name), "digest": digest})

    def _out(self, after: str) -> Reply:
        start = int(after) if after.isdigit() else 0
        shown = self.outgoing[start : start + _PAGE]
        return json_reply(200, {"documents": shown, "next": str(start + len(shown))})

    def _admin(self, request: Request, path: str) -> Reply:
        if path == "/admin/documents":
            listed = [
                {"id": name, "type": one.type, "receipt": receipt_of(name), "repeats": one.repeats,
                 "document": one.document}
                for name, one in self.taken.items()
            ]  # fmt: skip
            return json_reply(200, {"documents": listed})
        told = request.json()
        if path == "/admin/outgoing" and isinstance(told, dict | list):
            for one in told if isinstance(told, list) else [told]:
                self.offer(str(one["type"]), one["document"], str(one.get("number", "")))
            return json_reply(200, {"waiting": len(self.outgoing)})
        if path != "/admin/behaviour" or not isinstance(told, dict):
            return json_reply(400, {"error": "behaviour is an object"})
        self.outage = str(told.get("outage", self.outage))
        self.late_acks = int(told.get("late_acks", self.late_acks))
        self.mistaken = bool(told.get("mistaken", self.mistaken))
        self.reject = dict(told.get("reject", self.reject))
        return json_reply(200, {"outage": self.outage, "late_acks": self.late_acks, "reject": self.reject})


def receipt_of(name: str) -> str:
    """The receipt number of a document: the same for the same one, so that a restart changes nothing."""
    return f"SIM-{hashlib.sha256(name.encode()).hexdigest()[:12].upper()}"


def _rejected(reasons: list[tuple[str, str]]) -> Reply:
    listed = [{"field": name, "reason": reason} for name, reason in reasons]
    return json_reply(422, {"state": "rejected", "reasons": listed})


def serve(port: int = 0, name: str = "system") -> None:
    """Run until stopped."""
    Simulator(SystemSimulator(name).answer, port).serve()
