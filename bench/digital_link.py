"""Reading Digital Links, and resolving them beside a bare Flask response, each on one core in one process.

The whole application is called as its server calls it (WSGI, no sockets), with a signed story behind it in
SQLite; the bare Flask view returns a constant redirect. Issued serials are taken at random from an allocated
range, each with its state looked up as of now; made-up ones are judged, and none is looked up.
"""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from api.resolver.identified import SIGNED_LINKS
from api.wsgi import composed
from bench.asking import ANYTHING, LINKSET, asking, compare
from bench.bare import bare
from bench.figures import Figure, Report, Spent, interleaved, median, spending
from tests.builders.signed_links import lister
from tests.clock import SteppingClock
from tests.servers.databases import Databases
from tests.servers.platform import TestPlatform
from tests.servers.resolving import GTIN, LOT, PRODUCT, tell_with_links
from tests.servers.served import RING, platform_over
from tests.simulators.witnesses import publish
from trace.codes.crockford import ALPHABET
from trace.codes.serials import gtin_scope
from trace.gs1.digital_link import parse_uri
from trace.usecases.resolver.resolve_link import Registrations
from trace.usecases.resolver.sign_links import LinkSigner

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PARSED, REDIRECTED, LISTED = 40_000, 0.9, 0.15
RANGE = 1_600


def run(size: str) -> Report:
    report = Report("digital_link")
    count, rounds = (2_000, 3) if size == "quick" else (20_000, 7)
    chance = random.Random(20261122)
    forged = ["0" + "".join(chance.choices(ALPHABET, k=11)) for _ in range(count)]
    _parse(
        report, [f"https://id.example.cn/01/{GTIN}/10/M20261012A/21/{serial}" for serial in forged], rounds
    )
    key = RING.key("0", gtin_scope(GTIN))
    issued = [key.serial(chance.randrange(RANGE)) for _ in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder))
        clock = SteppingClock()
        with TestPlatform(databases.migrated("sqlite"), clock) as platform:
            packed = {"codeLevel": "item", "serials": {"epoch": "0", "first": 0, "count": RANGE}}
            tell_with_links(platform, clock, packed=packed)
            platform.register(lister())
            publish(platform)
            _resolve(report, platform, Path(folder), (issued, forged), rounds)
        databases.close()
    return report


def _parse(report: Report, uris: list[str], rounds: int) -> None:
    def read(_: int) -> Spent:
        with spending() as spent:
            for uri in uris:
                parse_uri(uri)
        return spent

    (spent,) = interleaved(rounds, [read])
    speed = len(uris) / median([each.cpu for each in spent])
    report.add(
        Figure(
            "URIs read and checked",
            speed,
            "URI/s",
            target=f"≥ {PARSED:,}",
            met=speed >= PARSED,
            rounds=rounds,
        )
    )


def _resolve(
    report: Report, platform: TestPlatform, folder: Path, serials: tuple[list[str], list[str]], rounds: int
) -> None:
    web = _signing(platform, folder)
    issued, forged = [[f"{PRODUCT}/21/{each}" for each in some] for some in serials]
    few, signed = [LOT] * (len(issued) // 4), [SIGNED_LINKS + LOT] * 100
    works = [
        ("bare Flask redirect", asking(bare(), issued, ANYTHING, 307), len(issued), None),
        ("307 of issued serials", asking(web, issued, ANYTHING, 307), len(issued), REDIRECTED),
        ("307 of made-up serials", asking(web, forged, ANYTHING, 307), len(forged), REDIRECTED),
        ("307 of one batch", asking(web, few, ANYTHING, 307), len(few), None),
        ("linkset of one batch", asking(web, few, LINKSET, 200), len(few), LISTED),
        ("signed list of one batch", asking(web, signed, ANYTHING, 200), len(signed), None),
    ]
    compare(report, rounds, works)


def _signing(platform: TestPlatform, folder: Path) -> WSGIApplication:
    """The application as served, a key for link lists in force: every level names its signature."""
    served = platform_over(platform, folder)
    signer = LinkSigner(platform.transactions, lister().key, served.witnesses)
    registrations = Registrations(
        platform.transactions, served.codes, served.codes.find_platform_code, signer
    )
    return composed(served, [], registrations=registrations)
