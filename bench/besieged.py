"""How long health and pages take while a server is besieged: idle bodies, slow uploads, and dear questions of
strangers, of an authority and of who shows a token that nobody issued.

Quiet times first, then those under siege, in one run, one request after the other on one connection each;
what counts is the ratio of the medians. The besiegers are threads of this process, so on few cores they take
part of what they measure.
"""

from __future__ import annotations

import http.client
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count as numbers
from pathlib import Path
from typing import Final

from bench.asking import server
from bench.figures import Figure, Report, median
from bench.pages import migrated_at
from cli.demo.neighbours import ROOT, free_port
from tests.builders.mixed_lots import large_batch, mixed_lots
from tests.builders.signed_rice import K1, SignedRice
from tests.servers.door import Door
from tests.servers.resolving import GTIN

MOST: Final = 3.0
IDLE, SLOW = 64, 16
_PAGE: Final = f"/page/01/{GTIN}/10/M20261012A"
_LARGE: Final = f"/page/01/{GTIN}/10/LARGE"
"""A page over more lots than any ordinary one."""
_BROWSER: Final = {"Accept": "text/html", "Accept-Language": "zh-CN", "Accept-Encoding": "gzip"}
_HARVESTS: Final = 1_900
_COUNTS: Final = {"quick": 200, "usual": 500, "full": 2_000}


def run(size: str) -> Report:
    """`size`: how many requests of each sort."""
    report, count = Report("besieged"), _COUNTS[size]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        with Door(data, f"sqlite:///{migrated_at(Path(folder))}") as door:
            SignedRice(door, door.clock).tell()
            with door.platform.transactions.begin("bench") as tx:
                mixed = mixed_lots(tx.connection)
                large_batch(tx.connection, GTIN, "LARGE", _HARVESTS)
            authority = door.regulator()
        port = free_port()
        serve = [str(ROOT / "greentrace"), "serve", "--data", str(data), "--port", str(port)]
        with server(serve, port):
            _wait_for_dear(port)
            _measure(report, port, count, mixed, authority)
    return report


def _wait_for_dear(port: int) -> None:
    """Until the process for dear questions has begun and answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", f"/api/v1/lots/{K1}/bundle")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:
        raise AssertionError(answer.status)


def _measure(report: Report, port: int, times: int, mixed: str, authority: str) -> None:
    quiet = {path: median(_asked(port, path, times)) for path in ("/healthz", _PAGE)}
    with besieged(port, mixed, authority):
        time.sleep(1)
        under = {path: median(_asked(port, path, times)) for path in quiet}
    for path, name in (("/healthz", "health"), (_PAGE, "a page")):
        ratio = under[path] / quiet[path]
        report.add(
            Figure(
                f"{name} under {IDLE} idle bodies, {SLOW} slow uploads and dear questions",
                under[path] * 1000,
                "ms",
                "the same while it is quiet",
                quiet[path] * 1000,
                ratio,
                f"≤ {MOST} × quiet",
                ratio <= MOST,
                times,
            )
        )


def _asked(port: int, path: str, count: int) -> list[float]:
    """Seconds of each of `count` requests."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    seconds = []
    for _ in range(count):
        begun = time.perf_counter()
        connection.request("GET", path, headers=_BROWSER)
        answer = connection.getresponse()
        answer.read()
        seconds.append(time.perf_counter() - begun)
        if answer.status != 200:
            raise AssertionError((path, answer.status))
    connection.close()
    return seconds


@contextmanager
def besieged(port: int, mixed: str, authority: str) -> Iterator[None]:
    """Idle bodies, slow uploads and dear questions, of `mixed` lots too, for as long as the block: of two
    strangers, of two who show a token that nobody issued, and of an authority twice at a time."""
    over = threading.Event()
    with ExitStack() as open_ones:
        for number in range(IDLE):
            idle = open_ones.enter_context(socket.create_connection(("127.0.0.1", port)))
            idle.sendall(_head("/api/v1/verify", "application/json", 5_000 if number % 2 else 500_000))
        besiegers = [threading.Thread(target=_upload, args=(port, over)) for _ in range(SLOW)]
        for token in ("", "Bearer of-nobody", f"Bearer {authority}"):
            asking = (port, mixed, over, token)
            besiegers += [threading.Thread(target=_ask_dearly, args=asking) for _ in range(2)]
        for each in besiegers:
            each.start()
        try:
            yield
        finally:
            over.set()
            for each in besiegers:
                each.join()


def _head(path: str, kind: str, length: int) -> bytes:
    told = [f"POST {path} HTTP/1.1", "Host: x", f"Content-Type: {kind}", f"Content-Length: {length}", "", ""]
    return "\r\n".join(told).encode()


def _upload(port: int, over: threading.Event) -> None:
    """A photograph that comes 200 bytes at a time, again and again."""
    while not over.is_set():
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)) as slow:
            slow.sendall(_head("/scan", "multipart/form-data; boundary=b", 4_000_000))
            while not over.wait(0.1):
                slow.sendall(b"x" * 200)


def _ask_dearly(port: int, mixed: str, over: threading.Event, token: str) -> None:
    """Traces, scopes, bundles and a large page, one after the other, however they are answered."""
    headers = {"Authorization": token} if token else {}
    lots = f"/api/v1/lots/{mixed}"
    for number in numbers():
        for path in (
            f"{lots}/upstream",
            f"{lots}/scope",
            f"/api/v1/lots/{K1}/bundle",
            f"{_LARGE}?x={number}",
        ):
            if over.is_set():
                return
            with suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                connection.request("GET", path, headers=headers)
                connection.getresponse().read()
                connection.close()
        over.wait(0.02)
