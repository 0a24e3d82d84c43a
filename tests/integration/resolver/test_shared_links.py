"""Genuine packs, however their links are passed on and their codes typed: found, and never accused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from api.wsgi import composed
from tests.builders import facts as made
from tests.builders.shared_links import CodeTypist, LinkSharer
from tests.builders.signed_rice import K1
from tests.clock import SteppingClock
from tests.servers.databases import Databases
from tests.servers.platform import TestPlatform
from tests.servers.resolving import (
    BROWSER,
    GTIN,
    HOST,
    LOOSE,
    LOT,
    PRODUCT,
    PROXY,
    Answered,
    Asking,
    pack_loose,
    tell_with_links,
)
from tests.servers.served import RING, platform_over
from trace.codes.serials import gtin_scope
from trace.usecases.batch_page.show_batch import show_batch
from trace.wording import say

SERIAL = RING.key("0", gtin_scope(GTIN)).serial(7)
ITEMS = {"codeLevel": "item", "serials": {"epoch": "0", "first": 0, "count": 1600}}
LOTS = ("K1", "K1", "K7", "K1")
_SHOWN = re.compile(r"(K\d)\.trace\.json")
_HEAD = re.compile(r"<h1>(.*?)</h1>")


@dataclass
class Shop:
    web: Asking
    links: list[tuple[str, str | None]]

    def reached(self, target: str, decoded: bool) -> Answered:
        """The page behind all redirects."""
        answered = self.web.send("GET", target, BROWSER, decoded=decoded)
        for _ in range(5):
            if answered.status not in {303, 307, 308}:
                break
            where = answered.location.removeprefix(HOST)
            answered = self.web.send("GET", where, BROWSER, decoded=decoded)
        return answered


@pytest.fixture(scope="module")
def shop(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    clock, url = SteppingClock(), databases.migrated("sqlite")
    with TestPlatform(url, clock) as platform:
        pack_loose(tell_with_links(platform, clock, packed=ITEMS), clock)
        behind = platform_over(platform, tmp_path_factory.mktemp("shared"))
        rice, loose = (
            show_batch(platform.transactions, lot=lot).label_digest for lot in (K1, made.lot(made.MILL, "K7"))
        )
        links = [(LOT, rice), (f"{PRODUCT}/21/{SERIAL}", rice), (f"/t/{LOOSE}", loose), (LOT, None)]
        yield Shop(Asking(composed(behind, [PROXY])), links)
    databases.discard(url)


def share(shop: Shop, seed: int, cases: int) -> int:
    """Share links; the number of those whose label was still read."""
    sharer, read = LinkSharer(seed, HOST, shop.links), 0
    for _ in range(cases):
        at, target, decoded = sharer.shared()
        answered = shop.reached(target, decoded)
        text = answered.body.decode()
        assert answered.status == 200, (target, answered.status, _HEAD.findall(text))
        assert say("zh-CN", "scan.head.label-differs.title") not in text, target
        assert say("zh-CN", "scan.label.differs") not in text, target
        found = _SHOWN.search(text)
        assert found is not None, target
        assert found[1] == LOTS[at], target
        read += say("zh-CN", "scan.label.matches") in text
    return read


def type_in(shop: Shop, seed: int, cases: int) -> None:
    typist, codes = CodeTypist(seed), [(LOOSE, "K7"), (f"{SERIAL[:4]}-{SERIAL[4:8]}-{SERIAL[8:]}", "K1")]
    for number in range(cases):
        code, lot = codes[number % len(codes)]
        typed = typist.typed(code)
        answered = shop.web.send("GET", "/t?c=" + _quoted(typed), BROWSER)
        page = shop.reached(answered.location.removeprefix(HOST), decoded=True)
        assert page.status == 200, (ascii(typed), answered.location)
        assert f"{lot}.trace.json" in page.body.decode(), ascii(typed)


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def test_shared_links_reach_their_pack_and_accuse_nobody(shop: Shop) -> None:
    assert share(shop, 20261128, 150) > 50


def test_codes_reach_their_pack_however_they_are_typed(shop: Shop) -> None:
    type_in(shop, 20261128, 80)


@pytest.mark.soak
def test_fifty_thousand_links_and_codes(shop: Shop) -> None:
    assert share(shop, 20261129, 50_000) > 10_000
    type_in(shop, 20261130, 50_000)
