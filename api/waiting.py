"""Waiting for cosignatures on request threads: few places, and what the caller prefers (RFC 7240).

A witness reads new entries from this same server before it signs. Threads that all waited for it would leave
it none, so a quarter of them may wait at a time; whoever finds no place gets its receipt at once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, cast
from urllib.request import parse_http_list

from flask import Flask

WAIT_SECONDS: Final = 2.0
WAIT_AT_MOST: Final = 10
_THREADS_PER_PLACE: Final = 4


@dataclass(frozen=True, slots=True)
class Preference:
    """How long a caller would wait; `applied` is what `Preference-Applied` says where that was done."""

    seconds: float = WAIT_SECONDS
    applied: str = ""

    @classmethod
    def of(cls, fields: Iterable[str]) -> Preference:
        """From the values of all `Prefer` fields; of two of a name the first counts, unread ones are none."""
        found: dict[str, str] = {}
        for one in parse_http_list(",".join(fields)):  # a comma in a quoted value parts nothing
            name, _, value = one.partition(";")[0].partition("=")
            found.setdefault(name.strip().lower(), value.strip().strip('"'))
        wait = found.get("wait", "")
        if wait.isascii() and wait.isdigit():
            seconds = WAIT_AT_MOST if len(wait) > 2 else min(int(wait), WAIT_AT_MOST)
            return cls(seconds, f"wait={seconds}")
        return cls(0.0, "respond-async") if "respond-async" in found else cls()


class WaitingPlaces:
    """The places of one application; with none, nobody waits."""

    def __init__(self, places: int) -> None:
        self._free = threading.BoundedSemaphore(places)

    @contextmanager
    def place(self) -> Iterator[bool]:
        """A place for as long as the block, or False: never waits for one."""
        taken = self._free.acquire(blocking=False)
        try:
            yield taken
        finally:
            if taken:
                self._free.release()


def places_among(threads: int) -> int:
    """How many of a process's request threads may wait at a time; below four none."""
    return threads // _THREADS_PER_PLACE


def places_of(app: Flask) -> WaitingPlaces:
    """The places of an application."""
    return cast("WaitingPlaces", app.extensions["greentrace.waiting"])


def install(app: Flask, threads: int) -> None:
    """Make the places of `app`, which is served by so many threads."""
    app.extensions["greentrace.waiting"] = WaitingPlaces(places_among(threads))
