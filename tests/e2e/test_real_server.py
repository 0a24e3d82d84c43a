"""A few calls over real sockets to the production server: what a test client cannot be made to do."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest
import urllib3

from cli.demo.neighbours import Neighbours, free_port
from tests.builders import facts as made
from tests.e2e.conftest import Command, Demo
from tests.patience import PATIENCE, until

_POOL = urllib3.PoolManager(retries=False, timeout=PATIENCE)

FARM = made.uscc(made.COOPERATIVE)


@pytest.fixture(scope="module")
def server(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    data = tmp_path_factory.mktemp("server") / "data"
    shutil.copytree(demo.data, data)
    with Neighbours(data / "logs") as neighbours:
        yield data, neighbours.start("served", ["serve", "--data", str(data)], free_port())


def _size(address: str) -> str:
    text = _POOL.request("GET", f"{address}/metrics").data.decode()
    return next(line for line in text.splitlines() if line.startswith("greentrace_log_entries "))


def _send(address: str, raw: bytes) -> bytes:
    """Send bytes as they are; the answer, or what came of it before the server closed."""
    at = urlsplit(address)
    with socket.create_connection((at.hostname or "", at.port or 0), timeout=15) as connection:
        answer = b""
        try:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(65_536):
                answer += part
                if b"\r\n\r\n" in answer:
                    break
        except OSError:  # closed or reset by the server
            pass
        return answer


def test_a_body_shorter_than_announced_stores_nothing(server: tuple[Path, str], inside: Command) -> None:
    data, address = server
    token = inside("token", "--data", data, "--holder", FARM, "--scope", "statements:write")
    before = _size(address)
    head = (
        f"POST /api/v1/statements HTTP/1.1\r\nHost: x\r\nContent-Type: application/jose+json\r\n"
        f"Authorization: Bearer {token.stdout.strip()}\r\nContent-Length: 5000\r\n\r\n"
    )
    answer = _send(address, head.encode() + b'{"payload":')
    assert not answer or answer.split()[1].startswith(b"4"), answer
    assert b"Traceback" not in answer
    assert _size(address) == before
    assert _POOL.request("GET", f"{address}/healthz").status == 200


@pytest.mark.parametrize(
    "raw", [b"\x00" * 400, b"GET\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n"]
)
def test_what_is_not_http_does_not_disturb_the_server(server: tuple[Path, str], raw: bytes) -> None:
    _, address = server
    assert b"Traceback" not in _send(address, raw)
    assert _POOL.request("GET", f"{address}/healthz").status == 200


def test_a_body_that_grows_beyond_its_limit_is_cut_off(server: tuple[Path, str], inside: Command) -> None:
    data, address = server
    token = inside("token", "--data", data, "--holder", FARM, "--scope", "statements:write")

    def chunks() -> Iterator[bytes]:
        for _ in range(300):
            yield b"x" * 1024

    headers = {"Authorization": f"Bearer {token.stdout.strip()}", "Content-Type": "application/jose+json"}
    answer = _POOL.request(
        "POST", f"{address}/api/v1/statements", body=chunks(), headers=headers, chunked=True
    )
    assert answer.status in {411, 413}, answer.data[:300]


def test_a_strangers_host_header_reaches_no_link(server: tuple[Path, str]) -> None:
    _, address = server
    poisoned = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"}
    for path in (
        "/",
        "/api/docs",
        "/api/openapi.json",
        "/01/09521234100010",
        "/01/09521234100010/10/M20261012A",
    ):
        answer = _POOL.request("GET", address + path, headers=poisoned, redirect=False)
        assert answer.status < 500
        assert b"evil.example" not in answer.data
        assert "evil.example" not in str(answer.headers)
        assert b"gopher" not in answer.data


def test_the_log_has_a_line_for_every_request_and_no_secret(
    server: tuple[Path, str], inside: Command
) -> None:
    data, address = server
    token = inside(
        "token",
        "--data",
        data,
        "--holder",
        made.uscc(made.COOPERATIVE),
        "--scope",
        "trace:all",
        "--department",
        "market",
        "--region",
        "31",
    ).stdout.strip()
    number = f"test-{time.monotonic_ns()}"
    headers = {"Authorization": f"Bearer {token}", "X-Request-Id": number}
    _POOL.request("GET", f"{address}/api/v1/lots/urn:lot:A:secretbatch?secretquery=1", headers=headers)
    written = data / "logs" / "served.log"
    until(lambda: number in written.read_text("utf-8"))
    log = written.read_text("utf-8")
    (line,) = [orjson.loads(line) for line in log.splitlines() if number in line]
    assert (line["method"], line["status"], line["problem"]) == ("GET", 404, "unknown-lot")
    assert line["route"] == "/api/v1/lots/<path:lot>"
    assert line["ms"] >= 0
    assert token not in log
    assert "secret" not in log


def test_the_server_does_its_jobs_by_itself(server: tuple[Path, str]) -> None:
    """Forgetting old scans is one: it was done once, and nothing kept it from being done."""
    data, _ = server

    def jobs() -> list[tuple[str, int, str | None]]:
        with closing(sqlite3.connect(data / "trace.db")) as database:
            return database.execute("SELECT kind, done_at IS NOT NULL, last_error FROM job").fetchall()

    until(lambda: ("scans.forget", 1, None) in jobs(), jobs)


_SERVER = """
import sys
from cli import serve

def application():
    async def app(scope, receive, send):
        pass
    return app

if __name__ == "__main__":
    serve.HEADER_MILLISECONDS = 300
    serve.run_server("idle_server:application", int(sys.argv[1]))
"""


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n"])
def test_a_connection_on_which_nothing_more_comes_is_let_go(tmp_path: Path, sent: bytes) -> None:
    """Four thousand of them, without a byte, would keep everybody else out for good."""
    (tmp_path / "idle_server.py").write_text(_SERVER)
    port, root = free_port(), str(Path(__file__).resolve().parents[2])
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), root])}
    command = [sys.executable, str(tmp_path / "idle_server.py"), str(port)]
    with subprocess.Popen(command, env=paths, cwd=root) as served:
        try:
            until(lambda: _answers(port))
            with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
                connection.sendall(sent)
                assert b"200" not in connection.recv(4_096)  # else it times out
        finally:
            served.terminate()


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
