"""Reading Digital Links, and resolving them beside a bare Flask response, each on one core in one process.

The resolver is called as its server calls it (WSGI, no sockets), with a signed story behind it in SQLite;
the bare Flask view returns a constant redirect. Serials are made up: each is judged, none is looked up.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, redirect

from api.application import create_api
from api.resolver import Resolver
from bench.figures import Figure, Report, Spent, interleaved, median, spending
from tests.builders.platform import TestPlatform
from tests.builders.resolving import GTIN, LOT, PRODUCT, one_item, tell_with_links
from tests.builders.served import platform_over
from tests.clock import SteppingClock
from tests.databases import Databases
from trace.gs1.digital_link import parse_uri
from trace.usecases.resolve_link import Registrations

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PARSED, REDIRECT, LINKSET = 40_000, 0.9, 0.15


def run(size: str) -> Report:
    report = Report("digital_link")
    count, rounds = (2_000, 3) if size == "quick" else (20_000, 7)
    chance = random.Random(20261122)
    serials = ["".join(chance.choices(ALPHABET, k=12)) for _ in range(count)]
    _parse(
        report, [f"https://id.example.cn/01/{GTIN}/10/M20261012A/21/{serial}" for serial in serials], rounds
    )
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder))
        clock = SteppingClock()
        with TestPlatform(databases.migrated("sqlite"), clock) as platform:
            tell_with_links(platform, clock)
            _resolve(report, _resolver(platform, Path(folder)), serials, rounds)
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


def _resolver(platform: TestPlatform, folder: Path) -> WSGIApplication:
    registrations = Registrations(platform.transactions, one_item)
    return Resolver(create_api(platform_over(platform, folder), registrations=registrations), registrations)


def _bare() -> WSGIApplication:
    app = Flask("bare")
    app.add_url_rule("/<path:rest>", view_func=lambda rest: redirect(f"/page/{len(rest)}", 307), endpoint="x")
    return app


def _resolve(report: Report, resolver: WSGIApplication, serials: list[str], rounds: int) -> None:
    few = serials[: len(serials) // 4]
    works = {
        "bare Flask redirect": _asking(_bare(), [f"{PRODUCT}/21/{each}" for each in serials], "*/*", 307),
        "307 of made-up serials": _asking(resolver, [f"{PRODUCT}/21/{each}" for each in serials], "*/*", 307),
        "307 of one batch": _asking(resolver, [LOT for _ in few], "*/*", 307),
        "linkset of one batch": _asking(resolver, [LOT for _ in few], "application/linkset+json", 200),
    }
    spent = interleaved(rounds, list(works.values()))
    sizes = [len(serials), len(serials), len(few), len(few)]
    speeds = [size / median([each.cpu for each in kept]) for size, kept in zip(sizes, spent, strict=True)]
    bare = speeds[0]
    targets = [None, REDIRECT, None, LINKSET]
    for name, speed, target in list(zip(works, speeds, targets, strict=True))[1:]:
        ratio = speed / bare
        wanted = "" if target is None else f"≥ {target} × bare Flask"
        met = None if target is None else ratio >= target
        report.add(Figure(name, speed, "req/s", "bare Flask redirect", bare, ratio, wanted, met, rounds))


def _asking(
    application: WSGIApplication, paths: list[str], accept: str, expected: int
) -> Callable[[int], Spent]:
    """Ask for every path once; each answer's status is checked."""

    def start(
        status: str, _headers: list[tuple[str, str]], _exc_info: Any = None
    ) -> Callable[[bytes], object]:
        if not status.startswith(str(expected)):
            raise AssertionError(status)
        return bytes

    def work(_: int) -> Spent:
        with spending() as spent:
            for path in paths:
                _consume(application(_environ(path, accept), start))
        return spent

    return work


def _consume(body: Iterable[bytes]) -> None:
    b"".join(body)
    close = getattr(body, "close", None)
    if close is not None:
        close()


def _environ(path: str, accept: str) -> dict[str, Any]:
    """What granian hands over for a plain GET."""
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
        "SERVER_NAME": "id.example.cn",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "id.example.cn",
        "HTTP_ACCEPT": accept,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "https",
        "wsgi.version": (1, 0),
    }
