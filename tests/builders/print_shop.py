"""A mill with item codes at the press: what the tests of print runs ask for."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from werkzeug.test import TestResponse

from tests.builders import facts as made
from tests.builders.signed_rice import K1, SignedRice
from tests.servers.door import Door
from trace.codes.serials import gtin_scope

GTIN = "09521234100010"
COUNT = 25_000
RUNS = f"/api/v1/lots/{K1}/print-runs"
SERIALS = {"epoch": "0", "first": 0, "count": COUNT}


class Shop:
    """A platform that was told story 1 up to the packing of K1 with 25,000 item codes, none active yet."""

    def __init__(self, door: Door, licence: dict[str, Any] | None = None, **packed: Any) -> None:
        self.door = door
        self.story = SignedRice(door, door.clock, packed=packed or {"codeLevel": "item", "serials": SERIALS})
        for step in ("begin", "harvests", "receive", "make"):
            getattr(self.story, step)()
        if licence is not None:
            data = made.a_licence(**licence)
            urn, now = f"urn:licence:{made.RICE_MARK}", door.clock()
            self.story.log("licence", door.registrar.state("master.licence", urn, data, at=now))
        self.story.pack()
        self.printer = door.token(made.uscc(made.MILL), "labels:print")

    def ask(self, token: str | None = None, **wish: Any) -> TestResponse:
        body = {"form": "csv", "printer": "一号车间 ZT230", **wish}
        return self.door.post(RUNS, body, token or self.printer, kind="application/json")

    def asked(self, **wish: Any) -> dict[str, Any]:
        answer = self.ask(**wish)
        assert answer.status_code == 201, answer.text
        return dict(answer.json)

    def part(self, run: dict[str, Any], number: int, token: str | None = None) -> TestResponse:
        return self.door.get(f"/api/v1/print-runs/{run['id']}/parts/{number}", token or self.printer)

    def state(self, run: dict[str, Any]) -> dict[str, Any]:
        return dict(self.door.get(run["links"]["self"], self.printer).json)

    def serials(self, first: int, count: int) -> list[str]:
        ring = self.door.platform.codes.ring
        return list(ring.key(ring.current, gtin_scope(GTIN)).serials(first, count))

    def texts(self, first: int, count: int) -> list[str]:
        version = self.door.get(f"/api/v1/lots/{K1}/bundle").json and self.version
        return [
            f"https://id.trace.test/01/{GTIN}/21/{serial}?v={version}"
            for serial in self.serials(first, count)
        ]

    @property
    def version(self) -> str:
        digest = hashlib.sha256(self.story.statements["pack"].compact.encode()).digest()[:16]
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
