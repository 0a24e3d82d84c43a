"""Clocks: the system's, or the demo's one declared clock (docs/adr/0015).

The demo clock is a file shared by the demo's processes. It holds a demo time and the system time at which
that was set; between two settings it runs on. It never goes back, and only a platform whose folder says
`clock = "demo"` and whose log's origin ends in `/demo-clock` may use it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import orjson

from trace.errors import ClockWouldGoBack

Clock = Callable[[], datetime]

DEMO_START: Final = datetime(2026, 10, 1, tzinfo=UTC)
DEMO_SUFFIX: Final = "/demo-clock"


def system_clock() -> datetime:
    """The machine's time, UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place where the system's time enters


class DemoClock:
    """A monotone clock in the file `path`; `create` starts it at 2026-10-01T00:00:00Z."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = -1
        self._base = DEMO_START
        self._since = 0.0

    @classmethod
    def create(cls, path: Path, start: datetime = DEMO_START) -> DemoClock:
        clock = cls(path)
        clock._write(start)
        return clock

    def __call__(self) -> datetime:
        """The demo's time now: the last setting plus what has passed since."""
        stamp = self._path.stat().st_mtime_ns
        if stamp != self._stamp:
            content = orjson.loads(self._path.read_bytes())
            self._base = datetime.fromisoformat(content["time"])
            self._since = float(content["set"])
            self._stamp = stamp
        passed = max(0.0, time.time() - self._since)
        return self._base + timedelta(seconds=passed)

    def advance_to(self, moment: datetime) -> None:
        """Set the clock to `moment`; raises ClockWouldGoBack when it is already later than that."""
        now = self()
        if moment < now:
            raise ClockWouldGoBack(now=now.isoformat(), wanted=moment.isoformat())
        self._write(moment.astimezone(UTC))

    def _write(self, moment: datetime) -> None:
        content = orjson.dumps({"time": moment.isoformat(), "set": time.time()})
        part = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        part.write_bytes(content)
        part.replace(self._path)


def clock_of(demo_file: Path | None) -> Clock:
    """The demo clock in `demo_file`, or the system's."""
    return system_clock if demo_file is None else DemoClock(demo_file)
