"""Child processes of the demo: started by us, stopped by us, by their process ids alone."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import click
import urllib3

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
STOP_SECONDS = 10.0


class NotStarted(click.ClickException):
    """A process of the demo did not come up; its log's end is the message."""


def free_port() -> int:
    """A port on the loopback address that nobody uses now, and that nobody else is given for a minute.

    A connection closed from the port's side leaves it in TIME_WAIT: the kernel gives it to nobody who
    asks for any port, while a server that names it may listen there.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address: tuple[str, int] = listening.getsockname()
        with socket.create_connection(address):
            accepted, _ = listening.accept()
            accepted.close()
        return address[1]


@dataclass
class Neighbours:
    """Child processes with their logs in `logs`; all are stopped when the block ends."""

    logs: Path
    _running: list[tuple[str, subprocess.Popen[bytes]]] = field(default_factory=list)
    _before: dict[int, Any] = field(default_factory=dict)

    def __enter__(self) -> Neighbours:
        self.logs.mkdir(parents=True, exist_ok=True)
        # Whoever ends the demo (kill, a closed terminal) ends its neighbours too, as Ctrl-C does.
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGHUP):
                self._before[number] = signal.signal(number, signal.default_int_handler)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _, process in reversed(self._running):
            process.terminate()
        for _, process in reversed(self._running):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
            if process.poll() is None:
                process.kill()
                process.wait()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def start(self, name: str, arguments: Sequence[str], port: int) -> str:
        """Start `./greentrace arguments --port port`; returns its address once it answers."""
        log = (self.logs / f"{name}.log").open("ab")
        command = [sys.executable, str(ROOT / "greentrace"), *arguments, "--port", str(port)]
        process = subprocess.Popen(
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=ROOT, env=dict(os.environ)
        )
        log.close()
        self._running.append((name, process))
        address = f"http://127.0.0.1:{port}"
        self._await(name, process, address)
        return address

    def _await(self, name: str, process: subprocess.Popen[bytes], address: str) -> None:
        pool = urllib3.PoolManager(retries=False, timeout=2)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                break
            with contextlib.suppress(urllib3.exceptions.HTTPError):
                pool.request("GET", f"{address}/healthz")
                return  # any answer will do: the simulators know no health
            time.sleep(0.1)
        tail = (self.logs / f"{name}.log").read_text("utf-8", "replace")[-2000:]
        raise NotStarted(f"{name} did not start:\n{tail}")
