"""The demo's stage as `./greentrace demo --continue` raises it, on a copy of its folder."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import urllib3

from cli.client.http import PlatformClient
from cli.demo.neighbours import free_port
from cli.demo.world import world
from tests.conftest import ROOT
from tests.e2e.conftest import Command, Demo
from tests.patience import PATIENCE, until
from tests.servers.demo_copies import give_new_ports

MILL = world().urn("P1")
POOL = urllib3.PoolManager(retries=False, timeout=PATIENCE)


@dataclass
class Stage:
    data: Path
    address: str
    token: str

    def client(self) -> PlatformClient:
        return PlatformClient(self.address, self.token)

    def size(self) -> int:
        """Entries of the food platform's log."""
        text = POOL.request("GET", f"{self.address}/metrics").data.decode()
        (line,) = [line for line in text.splitlines() if line.startswith("greentrace_log_entries ")]
        return int(float(line.split()[1]))

    def seat(self, who: str, token: str) -> list[str]:
        """The options of a command that signs for a party of the demo."""
        key = self.data / "party-keys" / f"{who}.pem"
        given = ["--key", str(key), "--iss", world().urn(who), "--server", self.address, "--token", token]
        return [*given, "--clock", str(self.data / "clock")]

    def command(self, file: Path, server: str = "", stream: str = "desk-2") -> list[str]:
        key = self.data / "party-keys" / "P1.pem"
        given = [
            "--server",
            server or self.address,
            "--token",
            self.token,
            "--clock",
            str(self.data / "clock"),
        ]
        return ["import", str(file), "--key", str(key), "--iss", MILL, "--stream", stream, *given]


@pytest.fixture(scope="module")
def stage(demo: Demo, tmp_path_factory: pytest.TempPathFactory, inside: Command) -> Iterator[Stage]:
    """`./greentrace demo --continue` on a copy of the demo's folder, all processes of it running."""
    data = tmp_path_factory.mktemp("stage") / "data"
    shutil.copytree(demo.data, data)
    give_new_ports(data)
    port = free_port()
    with (tmp_path_factory.getbasetemp() / "continue.log").open("wb") as log:
        process = subprocess.Popen(
            [
                sys.executable,
                str(ROOT / "greentrace"),
                "demo",
                "--data",
                str(data),
                "--continue",
                "--port",
                str(port),
            ],
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _await(f"{address}/readyz", process)
        token = inside("token", "--data", data, "--holder", MILL, "--scope", "statements:write")
        yield Stage(data, address, token.stdout.strip())
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(PATIENCE)
    assert code == 0


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    def answers() -> bool:
        assert process.poll() is None, "the process ended before it answered"
        try:
            return POOL.request("GET", url).status == 200
        except urllib3.exceptions.HTTPError:
            return False

    until(answers, lambda: f"{url} did not answer")
