"""Times that witnesses gave around an entry, and what they leave possible for the log's own time of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import accumulate

from trace.store.log.checkpoints import StoredCosignature
from trace.usecases.audit.findings import Finding


class WitnessedTimes:
    """The lines under all checkpoints, by size.

    A line over a tree that holds an entry proves that the entry was there by then; one over a tree that does
    not hold it yet, that it was logged about then or later. Clocks may differ by `skew`.
    """

    def __init__(self, lines: Sequence[StoredCosignature], skew: timedelta) -> None:
        ordered = sorted(lines, key=lambda line: line.size)
        self._skew = skew
        self._sizes = [line.size for line in ordered]
        # The latest line up to here, and the earliest one from here on.
        self._latest = list(accumulate(ordered, _later))
        self._earliest = list(accumulate(reversed(ordered), _earlier))[::-1]
        self._told: set[tuple[str, int]] = set()

    def contradicting(self, index: int, logged_at: datetime) -> Iterator[Finding]:
        """A finding where a witness's time leaves the log's none; one for all entries that it is about."""
        place = bisect_right(self._sizes, index)
        above = self._earliest[place] if place < len(self._sizes) else None
        below = self._latest[place - 1] if place else None
        if above is not None and logged_at > above.at + self._skew:
            yield from self._one("logged-later", index, above)
        if below is not None and logged_at < below.at - self._skew:
            yield from self._one("logged-earlier", index, below)

    def _one(self, reason: str, index: int, line: StoredCosignature) -> Iterator[Finding]:
        if (reason, line.size) not in self._told:
            self._told.add((reason, line.size))
            yield Finding(
                "time-contradicted",
                {"index": index, "size": line.size, "witness": line.witness, "reason": reason},
            )


def times_backwards(lines: Sequence[StoredCosignature]) -> Iterator[StoredCosignature]:
    """The lines whose time lies before one that the same witness gave a smaller tree."""
    latest: dict[str, datetime] = {}
    size, same = -1, dict[str, datetime]()
    for line in sorted(lines, key=lambda one: one.size):
        if line.size != size:
            size, latest = line.size, latest | same
            same = {}
        if line.witness in latest and line.at < latest[line.witness]:
            yield line
        known = max(latest.get(line.witness, line.at), same.get(line.witness, line.at), line.at)
        same[line.witness] = known


def _later(left: StoredCosignature, right: StoredCosignature) -> StoredCosignature:
    return right if right.at > left.at else left


def _earlier(left: StoredCosignature, right: StoredCosignature) -> StoredCosignature:
    return right if right.at < left.at else left
