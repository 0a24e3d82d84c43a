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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import click
import urllib3

from cli.tied import TIED

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 1.8
"""For all of them together; a server ends its workers within one second."""


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


def _silent(_: str) -> None:
    """Nobody is told."""


@dataclass
class Neighbours:
    """Child processes with their logs in `logs`; all are stopped when the block ends.

    `tell` is called with the name of each that has come up; `environment` is added to that of each.
    """

    logs: Path
    tell: Callable[[str], None] = _silent
    environment: Mapping[str, str] = field(default_factory=dict)
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
        """Tell all to end, and end whoever has not after `STOP_SECONDS`, with its own children."""
        for _, process in reversed(self._running):
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for _, process in reversed(self._running):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.01, deadline - time.monotonic()))
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            if process.stdin is not None:
                process.stdin.close()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def start(self, name: str, arguments: Sequence[str], port: int) -> str:
        """Start `./greentrace arguments --port port`; returns its address once it answers."""
        return self.start_all([(name, arguments, port)])[0]

    def start_all(self, asked: Sequence[tuple[str, Sequence[str], int]]) -> list[str]:
        """Start several side by side: name, arguments and port of each; returns when all answer."""
        for _, _, port in asked:
            _require_free(port)
        begun = [self._begin(name, [*arguments, "--port", str(port)]) for name, arguments, port in asked]
        return [
            self._await(name, process, port) for process, (name, _, port) in zip(begun, asked, strict=True)
        ]

    def _begin(self, name: str, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(ROOT / "greentrace"), *arguments]
        with (self.logs / f"{name}.log").open("ab") as log:
            # In a group of its own: Ctrl-C comes to us, and we say in which order all of them end.
            process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                stdin=subprocess.PIPE,  # never written to: it closes when we are gone, even by SIGKILL
                cwd=ROOT,
                env={**os.environ, **self.environment, TIED: "1"},
                start_new_session=True,
            )
        self._running.append((name, process))
        return process

    def _await(self, name: str, process: subprocess.Popen[bytes], port: int) -> str:
        address = f"http://127.0.0.1:{port}"
        pool = urllib3.PoolManager(retries=False, timeout=2)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                break
            with contextlib.suppress(urllib3.exceptions.HTTPError):
                pool.request("GET", f"{address}/healthz")  # any answer will do: simulators know no health
                self.tell(name)
                return address
            time.sleep(0.1)
        tail = (self.logs / f"{name}.log").read_text("utf-8", "replace")[-2000:]
        raise NotStarted(f"{name} did not start:\n{tail}")


def _require_free(port: int) -> None:
    """Raise where another process listens: it would answer in the place of ours."""
    with socket.create_server(("127.0.0.1", port)):
        pass
