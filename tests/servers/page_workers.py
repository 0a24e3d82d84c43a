"""The composed application in processes of their own over one database and one clock, asked line by line."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import brotli

from tests.conftest import ROOT
from tests.patience import PATIENCE
from tests.servers.platform import TestPlatform
from tests.servers.resolving import PROXY, Asking
from tests.servers.served import platform_over
from trace.platform.clocks import DemoClock

UNPACK = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


@dataclass(frozen=True)
class Told:
    status: int
    headers: dict[str, str]
    text: str


class Worker:
    """One process; `get` asks it as its proxy would and waits for the answer."""

    def __init__(self, url: str, clock: Path, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.page_workers", url, str(clock), str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._process.communicate("", timeout=PATIENCE)
        assert self._process.returncode == 0

    def get(self, path: str, method: str = "GET", **headers: str) -> Told:
        self._process.stdin.write(json.dumps([method, path, headers]) + "\n")
        self._process.stdin.flush()
        return Told(**json.loads(self._process.stdout.readline()))

    def hits(self) -> int:
        """How many pages it has answered from memory so far."""
        return hits_in(self.get("/metrics").text)


def hits_in(metrics: str) -> int:
    """Pages answered from memory, by what /metrics says."""
    counted = re.search(r'^greentrace_page_cache_total\{result="hit"\} (\S+)$', metrics, re.MULTILINE)
    return int(float(counted[1])) if counted else 0


def plain(answered: Any) -> str:
    """The text of an answer, compressed or not."""
    coding = answered.headers.get("Content-Encoding", "")
    return (UNPACK[coding](answered.body) if answered.body else b"").decode()


def main(url: str, clock: str, folder: str) -> None:
    """Answer the requests on standard input until it ends."""
    from api.request_log import configure
    from api.wsgi import composed

    configure()  # to standard error: standard output is for the answers
    under = TestPlatform(url, DemoClock(Path(clock)))
    web = Asking(composed(platform_over(under, Path(folder)), [PROXY]))
    for line in sys.stdin:
        method, path, headers = json.loads(line)
        answered = web.send(method, path, headers.pop("accept", "text/html"), **headers)
        told = {"status": answered.status, "headers": dict(answered.headers), "text": plain(answered)}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
    under.engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
