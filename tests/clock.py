"""A clock for tests: fixed where it starts, monotone, moved by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Lock

START = datetime(2026, 10, 1, 0, 0, tzinfo=UTC)


class SteppingClock:
    """Call it for the time (aware, UTC); each call moves it by `step`, so that no two times are equal."""

    def __init__(self, start: datetime = START, step: timedelta = timedelta(milliseconds=1)) -> None:
        self._time = start.astimezone(UTC)
        self._step = step
        self._lock = Lock()

    def __call__(self) -> datetime:
        with self._lock:
            self._time += self._step
            return self._time

    def advance(self, by: timedelta) -> datetime:
        """Move the clock; a negative span sets it back, as a badly kept machine would."""
        with self._lock:
            self._time += by
            return self._time
