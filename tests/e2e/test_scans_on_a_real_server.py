"""Scans on the production server: counted over sockets, written when it is told to stop, forgotten later."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import urllib3

from cli.demo.neighbours import free_port
from tests.builders.signed_rice import SignedRice
from tests.conftest import ROOT
from tests.e2e.conftest import Command
from tests.patience import PATIENCE
from tests.servers.databases import Databases
from tests.servers.door import PUBLIC_URL, Door
from trace.codes.serials import gtin_scope
from trace.platform.clocks import DemoClock
from trace.platform.opening import open_platform
from trace.usecases.scans.scan_state import scan_state

GTIN = "09521234100010"
_POOL = urllib3.PoolManager(retries=False, timeout=PATIENCE)
HEADERS = {
    "User-Agent": "Mozilla/5.0 MicroMessenger/8.0",
    "Origin": PUBLIC_URL,
    "Sec-Fetch-Site": "same-origin",
    "Content-Type": "application/x-www-form-urlencoded",
    "X-Client-Region": "310107",
}


@pytest.fixture
def folder(tmp_path: Path, databases: Databases) -> tuple[Path, str]:
    """A data folder that was told story 1 with item codes, and one of its codes."""
    with Door(tmp_path, databases.migrated("sqlite")) as door:
        serials = {"epoch": "0", "first": 0, "count": 1600}
        SignedRice(door, door.clock, packed={"codeLevel": "item", "serials": serials}).tell()
        serial = door.platform.codes.ring.key("0", gtin_scope(GTIN)).serial(3)
    return tmp_path, f"01/{GTIN}/21/{serial}"


def served(folder: Path, port: int, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(ROOT / "greentrace"), "serve", "--data", str(folder), "--port", str(port)]
    process = subprocess.Popen([*command, *options], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if _POOL.request("GET", f"http://127.0.0.1:{port}/healthz").status == 200:
                return process
        except urllib3.exceptions.HTTPError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_a_server_that_is_told_to_stop_writes_its_scans_first(folder, inside: Command) -> None:
    data, code = folder
    port = free_port()
    process = served(data, port, "--trusted-proxy", "127.0.0.1")
    try:
        headers = {**HEADERS, "Host": "id.trace.test", "X-Forwarded-Proto": "https"}
        answer = _POOL.request("POST", f"http://127.0.0.1:{port}/scans", body=f"code={code}", headers=headers)
        assert answer.status == 204
        assert "Secure" in answer.headers["Set-Cookie"]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE)
    platform = open_platform(data)
    state = scan_state(platform.transactions, code)
    assert (state.count, state.first_region) == (1, "310100")
    platform.close()
    assert "已删除 0 条" in inside("codes", "forget-scans", "--data", data).stdout
    clock = DemoClock(data / "clock")
    clock.advance_to(clock() + timedelta(days=91))
    assert "已删除 1 条" in inside("codes", "forget-scans", "--data", data).stdout
