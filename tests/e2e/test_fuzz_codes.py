"""Any address and any typed code: always an answer that a person understands, never a failure of ours."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from api.wsgi import composed
from tests import soak
from tests.builders.fuzzed_links import Asked, LinkFuzzer, published
from tests.clock import SteppingClock
from tests.servers.databases import Databases
from tests.servers.platform import TestPlatform
from tests.servers.resolving import (
    BATCH,
    BROWSER,
    GTIN,
    HOST,
    LOOSE,
    LOT,
    PLACE,
    PRODUCT,
    PROXY,
    Answered,
    Asking,
    pack_loose,
    tell_with_links,
)
from tests.servers.served import RING, platform_over
from trace.codes.crockford import ALPHABET
from trace.codes.serials import COUNTERS, gtin_scope

ITEMS = {"codeLevel": "item", "serials": {"epoch": "0", "first": 0, "count": 1600}}
KEY = RING.key("0", gtin_scope(GTIN))
ITEM = f"{PRODUCT}/21/{KEY.serial(7)}"
GOOD = (
    *(PRODUCT, LOT, PLACE, f"/t/{LOOSE}", ITEM, f"{LOT}/21/{KEY.serial(8)}"),
    *(f"{PRODUCT}/22/A/10/{BATCH}/21/{KEY.serial(9)}", f"{PRODUCT}/21/{KEY.serial(5_000)}"),
    *("/414/9521234100003", "/00/095212340000000012", "/8006/095212341000100102", "/", "/privacy"),
    *("/.well-known/gs1resolver", "/linkset-context.jsonld"),
    *(f"/api/v1/recall-status{LOT}", f"/api/v1/recall-status{ITEM}"),
)
CODES = (
    *(GTIN, GTIN.lstrip("0"), LOOSE, LOOSE.replace("-", ""), LOOSE.lower(), f"(01){GTIN}(10){BATCH}"),
    *(f"(01){GTIN}(21){KEY.serial(7)}", f"01{GTIN}10{BATCH}\x1d21{KEY.serial(7)}", f"]C101{GTIN}"),
    *(f"{HOST}{LOT}", f"{HOST}{ITEM}?v=x", "https://evil.example/01/x", "8K3F 2Q7M PX40"),
    *("javascript:alert(1)", "tel:110", "//evil.example/t/x", "０１２３４５６７８９０１２"),
)
FINE = frozenset({200, 204, 300, 303, 307, 308})
REFUSED = frozenset({400, 403, 404, 405, 408, 409, 410, 411, 413, 414, 415, 422, 429})
_HEADING = re.compile(r"<h1>(.+?)</h1>", re.DOTALL)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_OWN_HOSTS = frozenset({"", urlsplit(HOST).netloc, "www.mill.example"})


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)])
def web(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asking]:
    clock = SteppingClock()
    url = databases.migrated(request.param)
    with TestPlatform(url, clock) as platform:
        pack_loose(tell_with_links(platform, clock, packed=ITEMS), clock)
        behind = platform_over(platform, tmp_path_factory.mktemp("fuzzed"))
        yield Asking(composed(behind, [PROXY]))
    databases.discard(url)


def check(web: Asking, asked: Asked) -> int:
    """Ask, and judge the answer; returns its status."""
    answered = web.run(asked.environ(), asked.accept or None, {"remote": PROXY})
    told = f"{asked}\n{answered.status} {answered.headers}\n{answered.body[:600]!r}"
    assert answered.status in FINE | REFUSED, told
    assert all(str(value).isprintable() and str(value).isascii() for value in answered.headers.values()), told
    if answered.headers.get("Content-Type", "").startswith("text/html"):
        assert b"<script>x" not in answered.body, told
    assert b"Traceback" not in answered.body, told
    if answered.location:
        assert urlsplit(answered.location).netloc in _OWN_HOSTS, told
    if answered.status in REFUSED and asked.method != "HEAD":
        assert _understood(asked, answered), told
    return answered.status


def _understood(asked: Asked, answered: Answered) -> bool:
    """A problem with all its words, or a page with a heading, in the language that was asked for."""
    kind = answered.headers.get("Content-Type", "").partition(";")[0]
    locale = answered.headers.get("Content-Language")
    if kind == "application/problem+json":
        members = answered.json
        words = [members["title"], members["detail"], members["action"]]
        complete = members["status"] == answered.status and members["code"] and members["instance"]
    elif kind == "text/html":
        heading = _HEADING.search(answered.body.decode())
        words = [heading[1] if heading else ""]
        complete = True
    else:
        return False
    spoken = "zh-CN" if _HAN.search(words[0]) else "en"
    return bool(complete) and all(words) and spoken == locale and locale in asked.locales


def fuzz(web: Asking, fuzzer: LinkFuzzer, cases: Iterable[int]) -> Counter[int]:
    return Counter(check(web, fuzzer.asked()) for _ in cases)


def test_six_hundred_spoilt_addresses_and_codes_get_an_answer(web: Asking) -> None:
    seen = fuzz(web, LinkFuzzer(20261126, GOOD, CODES), range(600))
    assert {200, 303, 307, 400, 404} <= set(seen), seen


def test_made_up_serials_ask_no_database(databases: Databases, database_url: str, tmp_path: Path) -> None:
    """Shown by taking the database away, which no way of reading it could hide: redirect and page go on."""
    clock, chance = SteppingClock(), random.Random(20261126)
    forged = ["0" + "".join(chance.choices(ALPHABET, k=11)) for _ in range(150)]
    forged += [KEY.serial(chance.randrange(COUNTERS // 2, COUNTERS)) for _ in range(50)]
    with TestPlatform(database_url, clock) as platform:
        tell_with_links(platform, clock, packed=ITEMS)
        web = Asking(composed(platform_over(platform, tmp_path), [PROXY]))
        assert web.get(ITEM).status == 307
        platform.engine.dispose()
        databases.take_away(database_url)
        for serial in forged:
            item = f"{PRODUCT}/21/{serial}"
            sent = web.get(item)
            assert (sent.status, sent.location) == (307, f"{HOST}/page{item}")
            page = web.get(f"/page{item}", BROWSER)
            assert (page.status, "未登记" in page.body.decode()) == (404, True)
        failed = web.get(ITEM, "application/json")
        assert (failed.status >= 500, bool(failed.json["action"])) == (True, True)


def test_published_addresses_and_codes_get_an_answer(web: Asking, vectors: Path) -> None:
    paths, codes = published(vectors)
    for number, path in enumerate(paths):
        check(web, Asked("GET", path if path.startswith("/") else f"/{path}", BROWSER, "en", number % 2 == 0))
    seen = fuzz(web, LinkFuzzer(20261127, paths, codes), range(400))
    assert seen[400] + seen[404] > 100, seen


@pytest.mark.soak
def test_a_hundred_thousand_spoilt_addresses_and_codes(web: Asking, vectors: Path) -> None:
    paths, codes = published(vectors)
    good = [*GOOD * 20, *paths]
    cases = soak.tried("spoilt addresses and codes", range(soak.FULL))
    seen = fuzz(web, LinkFuzzer(soak.seed(20261128), good, [*CODES * 20, *codes]), cases)
    soak.tell(str(dict(sorted(seen.items()))))
    assert {200, 303, 307, 400, 404, 405} <= set(seen), seen
