"""Figures and how they are taken: CPU seconds of everything that worked, medians of interleaved rounds."""

from __future__ import annotations

import gc
import json
import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeVar

Done = TypeVar("Done")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `ratio` is ours to the limit beside it, above 1 where ours does more."""

    name: str
    value: float
    unit: str
    beside: str = ""
    limit: float | None = None
    ratio: float | None = None
    target: str = ""
    met: bool | None = None
    rounds: int = 1


@dataclass(slots=True)
class Spent:
    """What a stretch of work cost: seconds on the wall and on processors, servers included."""

    wall: float = 0.0
    cpu: float = 0.0


@dataclass(slots=True)
class Report:
    """The figures of one bench, in order, with the greatest memory that its process ever held."""

    bench: str
    figures: list[Figure] = field(default_factory=list)

    def add(self, figure: Figure) -> None:
        self.figures.append(figure)

    def as_json(self) -> str:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        figures = [*self.figures, Figure(f"{self.bench}: peak memory of the process", peak, "MB")]
        return json.dumps({"bench": self.bench, "figures": [asdict(each) for each in figures]})


def held_at_most(name: str, held: float, plain: float, most: int) -> Figure:
    """The most memory that a piece of work held, with the bar that it keeps whatever the size."""
    beside = "the plain streamed SQL"
    return Figure(
        f"{name}: held at most", held, "MB", beside, plain, held / plain, f"≤ {most} MB", held <= most
    )


@contextmanager
def spending(servers: Sequence[int] = ()) -> Iterator[Spent]:
    """Measure a stretch of work; `servers` are process ids whose children's time counts too."""
    spent = Spent()
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time() + sum(map(family_cpu, servers))
    yield spent
    spent.cpu = time.process_time() + sum(map(family_cpu, servers)) - cpu
    spent.wall = time.perf_counter() - wall


def at_peak(work: Callable[[], Done]) -> tuple[Done, float]:
    """What the work returns, and the most memory (MB) that this process held in its course."""
    Path("/proc/self/clear_refs").write_text("5")
    done = work()
    status = Path("/proc/self/status").read_text().splitlines()
    peak = next(line for line in status if line.startswith("VmHWM:"))
    return done, int(peak.split()[1]) / 1024


def family_cpu(pid: int) -> float:
    """CPU seconds of a process, of its children now and of those that have ended."""
    return _own_cpu(pid, ended=True) + sum(_own_cpu(child) for child in children(pid))


def _own_cpu(pid: int, *, ended: bool = False) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(value) for value in fields[11 : 15 if ended else 13]) / TICKS


def children(pid: int) -> list[int]:
    """Process ids of a process's children now."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in task.read_text().split()]
    return found


def interleaved(rounds: int, works: Sequence[Callable[[int], Spent]]) -> list[list[Spent]]:
    """Run each work once a round, one after the other, so that a busy minute hits all of them alike."""
    results: list[list[Spent]] = [[] for _ in works]
    for number in range(rounds):
        for kept, work in zip(results, works, strict=True):
            kept.append(work(number))
    return results


def median(values: Sequence[float]) -> float:
    return statistics.median(values)
