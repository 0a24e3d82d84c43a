"""Where the demo listens, what it says to phones, and its door for them."""

from __future__ import annotations

import resource
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
import urllib3
from flask import Flask, request
from werkzeug.wrappers import Response

from cli.demo.listening import Listening, listening_at, tell_listening
from cli.demo.neighbours import LOOPBACK, free_port
from cli.demo.secure_door import certificate_for, secure_door
from cli.desktop import has_desktop
from cli.serve import CONNECTIONS, allow_open_files, connections_within
from tests.patience import PATIENCE
from tests.servers.served import serving
from trace.platform.folder import PlatformFolder, WitnessAddress


def test_this_machine_is_answered_by_http_and_the_network_by_https() -> None:
    alone = listening_at(LOOPBACK, 8000)
    assert (alone.public, alone.own) == ("http://127.0.0.1:8000", "http://127.0.0.1:8000")
    assert "--public-url" not in alone.served
    behind = Listening("192.0.2.7", 9000, 8443)
    assert (behind.public, behind.own) == ("https://192.0.2.7:8443", "http://127.0.0.1:9000")
    assert behind.served[-2:] == ["--public-url", behind.public]
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        listening_at("192.0.2.7", taken.getsockname()[1])


def test_phones_are_told_the_address_its_code_and_what_they_will_be_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    witnesses = (WitnessAddress("agri", "http://127.0.0.1:9001"),)
    folder = PlatformFolder(
        tmp_path, "food", "a.example/demo-clock", "demo", "clock", "https://192.0.2.7:8443", "demo",
        witnesses=witnesses,
    )  # fmt: skip
    tell_listening(folder, "")
    told = capsys.readouterr().out
    assert "agri http://127.0.0.1:9001" in told and "--lan" in told and "█" not in told
    tell_listening(folder, "AB:CD")
    told = capsys.readouterr().out
    assert "https://192.0.2.7:8443/\n" in told and "█" in told
    assert "AB:CD" in told and "警告" in told and "warns" in told


@pytest.fixture
def door(tmp_path: Path) -> Iterator[tuple[str, Path, str]]:
    """A door before a server that says what it was asked: its address, its certificate's file and digest."""
    asked = Flask("asked")

    @asked.post("/said")
    def said() -> Response:
        return Response(orjson.dumps({"headers": list(request.headers), "body": len(request.data)}))

    with serving(asked) as inner:
        port = free_port()
        with secure_door(tmp_path / "lan", LOOPBACK, port, int(inner.rpartition(":")[2]), LOOPBACK) as digest:
            yield f"https://127.0.0.1:{port}", tmp_path / "lan" / "127.0.0.1.crt", digest


def test_the_door_says_for_whom_it_asks_and_believes_no_phone_about_that(door: tuple[str, Path, str]) -> None:
    address, certificate, digest = door
    forged = {"X-Forwarded-For": "8.8.8.8", "X-Client-Region": "310000", "Forwarded": "for=8.8.8.8"}
    with urllib3.PoolManager(ca_certs=str(certificate), timeout=PATIENCE) as pool:
        for size in (0, 300_000):
            answer = pool.request("POST", f"{address}/said", body=b"x" * size, headers=forged)
            told = orjson.loads(answer.data)
            headers = {name.lower(): value for name, value in told["headers"]}
            assert told["body"] == size
            assert headers["x-forwarded-for"] == "127.0.0.1"
            assert headers["x-forwarded-proto"] == "https"
            assert "x-client-region" not in headers
            assert "forwarded" not in headers
    with urllib3.PoolManager(cert_reqs="CERT_NONE", assert_fingerprint=digest) as pinned:
        assert pinned.request("POST", f"{address}/said").status == 200


def test_whoever_does_not_trust_the_certificate_stops_nobody(door: tuple[str, Path, str]) -> None:
    address, certificate, _ = door
    host, port = LOOPBACK, int(address.rpartition(":")[2])
    with socket.create_connection((host, port), 20) as phone, pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(phone, server_hostname=host)
    with socket.create_connection((host, port), 20) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        assert plain.recv(100) == b""
    with urllib3.PoolManager(ca_certs=str(certificate)) as pool:
        assert pool.request("POST", f"{address}/said").status == 200


def test_a_certificate_is_used_again_for_its_address_alone(tmp_path: Path) -> None:
    first = certificate_for(tmp_path / "lan", "192.0.2.7")
    assert certificate_for(tmp_path / "lan", "192.0.2.7") == first
    assert certificate_for(tmp_path / "lan", "192.0.2.8")[2] != first[2]
    assert {oct(path.stat().st_mode & 0o777) for path in (tmp_path / "lan").glob("*.key")} == {"0o600"}
    ssl.create_default_context(cafile=str(first[0]))


def test_no_browser_is_opened_where_nobody_looks() -> None:
    assert has_desktop() is False  # a test's output is no screen


def test_a_server_lets_itself_hold_more_connections_than_a_login_is_given() -> None:
    """A thousand idle ones ended a worker where no more than 1,024 files could be open."""
    former = soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 512), most))
        told = allow_open_files()
        now, left = resource.getrlimit(resource.RLIMIT_NOFILE)
        allow_open_files(100)  # and takes none away
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (now, left)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, former)
    assert (told, left) == (now, most)
    assert connections_within(now) <= CONNECTIONS
    assert connections_within(1_024) == 768
    assert now >= (CONNECTIONS if most == resource.RLIM_INFINITY else min(CONNECTIONS, most))
