"""The application over story 1 with codes of single packs: what scans and scratch panels are asked of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from tests.builders.signed_rice import SignedRice
from tests.clock import SteppingClock
from tests.servers.databases import Databases
from tests.servers.platform import TestPlatform
from tests.servers.served import RING, both_skins
from trace.codes.serials import gtin_scope
from trace.usecases.scans.scan_counter import ScanCounter
from trace.usecases.scans.scan_state import ScanState, scan_state

GTIN = "09521234100010"
SERIAL = RING.key("0", gtin_scope(GTIN)).serial(41)
CODE = f"01/{GTIN}/21/{SERIAL}"
OURS = "http://localhost"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 MicroMessenger/8.0.50"
SCRIPT = {"User-Agent": PHONE, "Origin": OURS, "Sec-Fetch-Site": "same-origin", "Accept": "application/json"}
FORM = {**SCRIPT, "Accept": "text/html,application/xhtml+xml", "Origin": "null"}


@dataclass
class Served:
    """The application over story 1 with item codes on K1, and its counter."""

    app: Flask
    under: TestPlatform
    clock: SteppingClock

    @property
    def counter(self) -> ScanCounter:
        return self.app.extensions["greentrace.scans"]

    def client(self) -> FlaskClient:
        """A telephone that keeps its cookies."""
        return self.app.test_client()

    def state(self, code: str = CODE) -> ScanState:
        """After everything handed in was written: the counter stops for good."""
        self.counter.stop()
        return scan_state(self.under.transactions, code)


@contextmanager
def scanned_items(folder: Path, databases: Databases, clock: SteppingClock) -> Iterator[Served]:
    """1,600 codes on the pack of story 1."""
    url = databases.migrated("sqlite")
    with TestPlatform(url, clock) as under:
        serials = {"epoch": "0", "first": 0, "count": 1600}
        SignedRice(under, clock, packed={"codeLevel": "item", "serials": serials}).tell()
        found = Served(both_skins(under, folder), under, clock)
        yield found
        found.counter.stop()
    databases.discard(url)
