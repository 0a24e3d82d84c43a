"""Asking an application for many paths: in this process as its server calls it, or over a socket."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.figures import Figure, Report, Spent, family_cpu, interleaved, median, spending

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Work = Callable[[int], Spent]
ANYTHING, BROWSER, LINKSET = "*/*", "text/html,*/*;q=0.8", "application/linkset+json"


def asking(application: WSGIApplication, paths: Sequence[str], accept: str, expected: int) -> Work:
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
                _consume(application(environ_of(path, accept), start))
        return spent

    return work


def _consume(body: Iterable[bytes]) -> None:
    b"".join(body)
    close = getattr(body, "close", None)
    if close is not None:
        close()


def environ_of(path: str, accept: str) -> dict[str, Any]:
    """What granian hands over for a plain GET of a browser."""
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
        "HTTP_ACCEPT_LANGUAGE": "zh-CN,zh;q=0.9,en;q=0.8",
        "HTTP_ACCEPT_ENCODING": "gzip, deflate, br",
        "REMOTE_ADDR": "203.0.113.7",
        "wsgi.url_scheme": "https",
        "wsgi.version": (1, 0),
    }


def answer_of(application: WSGIApplication, path: str, accept: str) -> tuple[list[tuple[str, str]], bytes]:
    """Headers and body of one answer."""
    kept: list[list[tuple[str, str]]] = []

    def start(
        _status: str, headers: list[tuple[str, str]], _exc_info: Any = None
    ) -> Callable[[bytes], object]:
        kept.append(headers)
        return bytes

    body = b"".join(application(environ_of(path, accept), start))
    return kept[-1], body


# Over a socket --------------------------------------------------------------------------------------------


@contextmanager
def server(
    arguments: Sequence[str],
    port: int,
    *,
    python: str = sys.executable,
    root: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    **settings: str,
) -> Iterator[tuple[str, int]]:
    """(address, process id) of `python arguments`, which serves on `port`, once it answers; `root` is where
    it begins."""
    process = subprocess.Popen(
        [python, *arguments],
        cwd=root,
        env={**environment, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(process, port)
        yield f"127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:  # on a crowded machine; what was measured is measured
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            connection.close()
            return
        time.sleep(0.1)
    raise RuntimeError("the server to be measured did not start")


def asking_over(host: str, pid: int, paths: Sequence[str], accept: str, expected: int) -> Work:
    """Ask a server for every path, one after the other on one connection; its CPU seconds are counted."""
    headers = {"Accept": accept, "Accept-Language": "zh-CN", "Accept-Encoding": "gzip"}

    def work(_: int) -> Spent:
        connection = http.client.HTTPConnection(host, timeout=30)
        spent = Spent(time.perf_counter(), family_cpu(pid))
        for path in paths:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != expected:
                raise AssertionError((path, answer.status))
        spent.wall, spent.cpu = time.perf_counter() - spent.wall, family_cpu(pid) - spent.cpu
        connection.close()
        return spent

    return work


def compare(
    report: Report,
    rounds: int,
    works: Sequence[tuple[str, Work, int, float | None]],
    unit: str = "req/s",
) -> None:
    """Figures of works (name, work, requests, least ratio) to the first of them, which is the peer."""
    spent = interleaved(rounds, [work for _, work, _, _ in works])
    speeds = [
        count / median([each.cpu for each in kept])
        for (_, _, count, _), kept in zip(works, spent, strict=True)
    ]
    peer, limit = works[0][0], speeds[0]
    for (name, _, _, least), speed in list(zip(works, speeds, strict=True))[1:]:
        ratio = speed / limit
        target = "" if least is None else f"≥ {least} × {peer}"
        met = None if least is None else ratio >= least
        report.add(Figure(name, speed, unit, peer, limit, ratio, target, met, rounds))
