"""The consumer's page beside a bare Flask response of the same bytes: from memory, and made anew.

In one process as the server calls it, with the story in SQLite and in PostgreSQL; then through granian on
the loopback address, one request after the other on one connection, by the CPU seconds of the server.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

from api.request_log import configure
from api.wsgi import composed
from bench.asking import ANYTHING, BROWSER, answer_of, asking, asking_over, compare, server
from bench.bare import PAGE, bare
from bench.figures import Report
from bench.stores import KINDS, store_of
from cli.demo.neighbours import ROOT, free_port
from tests.builders.signed_rice import SignedRice
from tests.clock import SteppingClock
from tests.servers.door import Door
from tests.servers.platform import TestPlatform
from tests.servers.resolving import GTIN, LOT
from tests.servers.served import RING, platform_over
from tests.simulators.witnesses import publish
from trace.codes.serials import gtin_scope

WARM = 0.8
RANGE = 1_600
ITEMS = {"codeLevel": "item", "serials": {"epoch": "0", "first": 0, "count": RANGE}}


def run(size: str) -> Report:
    report = Report("pages")
    configure(logging.WARNING)  # a line a request would be measured with the page
    count, rounds = (500, 3) if size == "quick" else (10_000, 7)
    for kind in KINDS:
        with store_of(kind) as store, tempfile.TemporaryDirectory() as folder:
            clock = SteppingClock()
            with TestPlatform(store.migrated(), clock) as platform:
                SignedRice(platform, clock, packed=ITEMS).tell()
                publish(platform)
                _pages(report, kind, platform, Path(folder), (count, rounds))
    with tempfile.TemporaryDirectory() as folder:
        _through_granian(report, Path(folder), (max(count, 3_000), min(rounds, 5)))
    return report


def _pages(report: Report, kind: str, platform: TestPlatform, folder: Path, sizes: tuple[int, int]) -> None:
    count, rounds = sizes
    few = max(count // 40, 10)
    behind = platform_over(platform, folder)
    kept, made = composed(behind, []), composed(behind, [], megabytes=0)
    headers, body = answer_of(kept, f"/page{LOT}", BROWSER)
    key = RING.key("0", gtin_scope(GTIN))
    pages = [f"/page{LOT}"] * count
    items = [f"/page/01/{GTIN}/21/{key.serial(number)}" for number in range(few)]
    works = [
        (
            f"bare Flask page, {len(body) / 1024:.1f} KB",
            asking(bare(body, headers), pages, BROWSER, 200),
            count,
            None,
        ),
        (f"page from memory, {kind}", asking(kept, pages, BROWSER, 200), count, WARM),
        (f"page made anew, {kind}", asking(made, pages[:few], BROWSER, 200), few, None),
        (f"page of an item, {kind}", asking(kept, items, BROWSER, 200), few, None),
    ]
    compare(report, rounds, works)


def _through_granian(report: Report, folder: Path, sizes: tuple[int, int]) -> None:
    count, rounds = sizes
    data = folder / "data"
    data.mkdir()
    with Door(data, f"sqlite:///{migrated_at(folder)}") as door:
        SignedRice(door, door.clock, packed=ITEMS).tell()
        key = door.platform.codes.ring.key("0", gtin_scope(GTIN))
        serials = [f"/01/{GTIN}/21/{key.serial(number % RANGE)}" for number in range(count)]
        web = composed(door.platform, [])
        page = folder / "page"
        page.write_bytes(answer_of(web, f"/page{LOT}", BROWSER)[1])
    ports = free_port(), free_port()
    script = f"from cli.serve import run_server; run_server('bench.bare:served', {ports[0]})"
    serve = [str(ROOT / "greentrace"), "serve", "--data", str(data), "--port", str(ports[1])]
    pages = [f"/page{LOT}"] * count
    with server(["-c", script], ports[0], **{PAGE: str(page)}) as plain, server(serve, ports[1]) as ours:
        compare(
            report,
            rounds,
            [
                ("bare Flask page by granian", asking_over(*plain, pages, BROWSER, 200), count, None),
                ("page from memory by granian", asking_over(*ours, pages, BROWSER, 200), count, WARM),
            ],
        )
        compare(
            report,
            rounds,
            [
                ("bare Flask redirect by granian", asking_over(*plain, serials, ANYTHING, 307), count, None),
                ("307 of issued serials by granian", asking_over(*ours, serials, ANYTHING, 307), count, 0.9),
            ],
        )


def migrated_at(folder: Path) -> Path:
    """A database of the newest schema in a folder."""
    from tests.servers.databases import migrate

    path = folder / "trace.db"
    migrate(f"sqlite:///{path}")
    return path
