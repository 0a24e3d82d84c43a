"""A log that grows tenfold again and again: what a record, a replay and a start cost, and how much memory.

Each size is reached by uploads of 256 of signed harvests that are the same in every run. Then everything is
replayed, and the platform is opened anew by a process that has nothing in memory yet of this database.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import orjson

from bench.figures import Figure, Report, Spent, at_peak, family_cpu, spending
from bench.stores import KINDS, Store, store_of
from tests.builders.many_harvests import LATER, ManyHarvests
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.usecases.intake.receipt import Receipt
from trace.usecases.intake.replay_log import replay

SIZES = {"quick": 10**4, "usual": 10**4, "full": 10**6}
SMALLEST, BATCH = 10**3, 256
STARTS = 3
MOST_COST, MOST_MEMORY = 1.5, 1.25
"""A record may cost so many times what it did at a tenth of the size, memory grow so many times."""


def run(size: str) -> Report:
    report = Report("growth")
    for kind in KINDS:
        measure(report, kind, SIZES[size])
    return report


def measure(report: Report, kind: str, most: int) -> None:
    """The figures of one database that grows to `most` records."""
    with store_of(kind) as store:
        growing = _Growing(store)
        sizes = [SMALLEST]
        while sizes[-1] < most:
            sizes.append(sizes[-1] * 10)
        before: _Sized | None = None
        for size in sizes:
            now = growing.to(size)
            _add(report, f"{kind}, {size:.0e} records".replace("e+0", "e"), size, now, before)
            before = now


@dataclass(slots=True)
class _Sized:
    """Microseconds of CPU a record, megabytes at the peak, bytes on disk a record, seconds of a start."""

    ingest: float
    ingest_memory: float
    replay: float
    replay_memory: float
    disk: float
    start: float


def _add(report: Report, name: str, size: int, now: _Sized, before: _Sized | None) -> None:
    # The first thousand warm everything up: what they cost is printed and nothing is held against it.
    judged = before if size > 10 * SMALLEST else None

    def compared(what: str, value: float, unit: str, earlier: float | None, most: float | None) -> Figure:
        if earlier is None:
            return Figure(f"{name}: {what}", value, unit)
        ratio = value / earlier
        goal = {} if most is None else {"target": f"≤ {most}", "met": ratio <= most}
        return Figure(f"{name}: {what}", value, unit, "at a tenth", earlier, ratio, **goal)

    for what, member, unit, most in (
        ("logged, a record", "ingest", "µs CPU", MOST_COST),
        ("logged, peak memory", "ingest_memory", "MB", MOST_MEMORY),
        ("replayed, a record", "replay", "µs CPU", MOST_COST),
        ("replayed, peak memory", "replay_memory", "MB", MOST_MEMORY),
        ("on disk, a record", "disk", "bytes", MOST_COST),
        ("from opening to the first record", "start", "ms CPU", MOST_COST),
    ):
        earlier = None if judged is None else getattr(judged, member)
        report.add(compared(what, getattr(now, member), unit, earlier, most))


class _Growing:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._url = store.migrated()
        self._clock = SteppingClock(LATER)
        self._harvests = ManyHarvests()
        self._size = 0
        with TestPlatform(self._url, self._clock) as platform:
            platform.register(*self._harvests.signers)
            self._registrar = platform.registrar

    def to(self, size: int) -> _Sized:
        """Grow to `size` harvests, measure, and check that a replay makes the same tables."""
        with self._open() as platform:
            ingest, ingest_memory = at_peak(lambda: self._ingest(platform, size - self._size))
            cost = ingest.cpu / (size - self._size) * 1e6
            self._size = size
            replayed, replay_memory = at_peak(lambda: self._replay(platform))
        start = min(self._start() for _ in range(STARTS))  # a few milliseconds: the quietest counts
        disk = self._bytes() / self._size
        return _Sized(cost, ingest_memory, replayed.cpu / size * 1e6, replay_memory, disk, start * 1e3)

    def _open(self) -> TestPlatform:
        return TestPlatform(self._url, self._clock, registrar=self._registrar)

    def _ingest(self, platform: TestPlatform, number: int) -> Spent:
        total = Spent()
        while number:
            batch = [orjson.dumps(one.flattened()) for one in self._harvests.stated(min(BATCH, number))]
            number -= len(batch)
            began = self._cpu()
            outcomes = platform.acceptance.accept(batch, each=False)
            total.cpu += self._cpu() - began
            assert all(isinstance(one, Receipt) for one in outcomes), outcomes[:1]
        return total

    def _replay(self, platform: TestPlatform) -> Spent:
        with spending(self._store.servers) as spent:
            report = replay(platform.transactions)
        assert report.equal, report.differing
        assert report.entries == self._size + len(self._harvests.signers) + 1
        return spent

    def _start(self) -> float:
        """From a closed database to the first record that is logged."""
        (first,) = self._harvests.stated(1)
        began = self._cpu()
        with self._open() as platform:
            platform.log(first)
            taken = self._cpu() - began
        self._size += 1
        return taken

    def _cpu(self) -> float:
        return time.process_time() + sum(map(family_cpu, self._store.servers))

    def _bytes(self) -> int:
        if self._store.kind == "sqlite":
            return sum(file.stat().st_size for file in self._store.folder.glob("*.db*"))
        with self._open() as platform, platform.engine.connect() as connection:
            return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())
