"""Pages over many lots: made by the process for dear questions, kept where they were asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api.gateway import Gateway
from api.gateway.answer import Answer, make_answer
from api.wsgi import composed
from scanner_web.frame import page_caching
from tests.builders.mixed_lots import large_batch
from tests.builders.own_loop import run_alone
from tests.builders.signed_rice import SignedRice
from tests.servers.door import SlowClock
from tests.servers.platform import TestPlatform
from tests.servers.resolving import BROWSER, GTIN, LOT, PROXY
from tests.servers.served import platform_over
from tests.simulators.asgi_callers import Caller

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PAGE = f"/page{LOT}"


@pytest.fixture
def story(database_url: str, tmp_path: Path) -> Iterator[SignedRice]:
    clock = SlowClock(tmp_path / "clock")
    with TestPlatform(database_url, clock) as platform:
        yield SignedRice(platform, clock).tell()


def test_a_page_over_many_lots_is_made_elsewhere_once_and_kept_here(
    story: SignedRice, tmp_path: Path
) -> None:
    """The other process is this one, asked once more without anywhere to send the page to."""
    platform = story.platform
    with platform.transactions.begin("test") as tx:
        large_batch(tx.connection, GTIN, "LARGE", 320)
    behind = platform_over(platform, tmp_path)
    beside = _Beside(composed(behind, [PROXY], megabytes=0))
    here = Gateway(composed(behind, [PROXY]), 1, dear=beside)
    path = f"/page/01/{GTIN}/10/LARGE"

    async def asked(path: str) -> Caller:
        return await Caller("GET", path, headers={"accept": BROWSER}).ask(here)

    made_, again = run_alone(asked(path)), run_alone(asked(path))
    assert (made_.status, again.status, beside.asked) == (200, 200, [path])
    assert again.body == made_.body
    assert again.answered["content-type"] == made_.answered["content-type"]
    assert run_alone(asked(PAGE)).status == 200
    assert beside.asked == [path], "an ordinary page needs no other process"


class _Beside:
    """The process for dear questions, without a process."""

    def __init__(self, application: WSGIApplication) -> None:
        self.asked: list[str] = []
        self._application = application

    async def run(self, environ: dict[str, Any], body: bytes, asker: str) -> Answer:
        self.asked.append(environ["PATH_INFO"])
        asked = page_caching.watched(environ)
        return replace(make_answer(self._application, asked), granted=page_caching.granted(asked))
