"""Posters and readers at one door: sixteen who state single records, fifty who look at packs, eight threads.

Each kind alone, then both at once, in one run; both with two workers; both at the commit before the queue at
the door was mended, where git has it. Of our posters' records those count that are under both witnesses'
signatures when their stretch ends; of the other commit's all that were answered.
"""

from __future__ import annotations

import http.client
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from bench.figures import Figure, Report, median
from bench.former import HERE, NotHere, Program, former
from bench.served_log import ServedLog, growers, harvest_of, served_log
from tests.builders.signers import Signer

BEFORE = "0f56943"
POSTERS, READERS = 16, 50
KEPT, GAINED = 0.7, 5.0
_BROWSER = {"Accept": "text/html", "Accept-Language": "zh-CN", "Accept-Encoding": "gzip"}


@dataclass(slots=True)
class Answers:
    """How many came before the stretch ended, and how many seconds each took, the last ones too."""

    in_time: int = 0
    seconds: list[float] = field(default_factory=list)

    def add(self, begun: float, ends: float) -> None:
        now = time.perf_counter()
        self.seconds.append(now - begun)
        self.in_time += now <= ends


@dataclass(slots=True)
class Stretch:
    """What came of some seconds of asking: answers to posters and readers, and what both witnesses signed."""

    length: float
    posted: Answers = field(default_factory=Answers)
    read: Answers = field(default_factory=Answers)
    cosigned: int = 0


@dataclass
class Crowd:
    """Posters and readers at one server."""

    served: ServedLog
    signers: Sequence[Signer]
    packs: Sequence[str]
    numbers: count[int] = field(default_factory=lambda: count(1))

    @classmethod
    def at(cls, served: ServedLog, posters: int = POSTERS) -> Crowd:
        return cls(served, growers(served, posters), served.packs())

    def ask(self, posters: int, readers: int, seconds: float) -> Stretch:
        """Let so many ask, each one request after the other, for so many seconds."""
        stretch = Stretch(seconds)
        before = self._settled()
        ends = time.perf_counter() + seconds
        works = [lambda each=each: self._post(each, ends, stretch.posted) for each in self.signers[:posters]]
        works += [lambda each=each: self._read(each, ends, stretch.read) for each in range(readers)]
        with ThreadPoolExecutor(len(works)) as together:
            asking = [together.submit(work) for work in works]
            time.sleep(max(0.0, ends - time.perf_counter()))
            stretch.cosigned = self.served.cosigned() - before
        for each in asking:
            each.result()
        return stretch

    def _settled(self) -> int:
        """Wait until everything is cosigned; how much that is."""
        deadline = time.monotonic() + 60
        while (found := self.served.progress())[0] != found[1]:
            if time.monotonic() > deadline:
                raise RuntimeError("the witnesses did not sign everything within a minute")
            time.sleep(0.2)
        return found[1]

    def _post(self, signer: Signer, ends: float, taken: Answers) -> None:
        headers = {"Authorization": f"Bearer {self.served.token}", "Content-Type": "application/jose+json"}

        def harvest() -> tuple[str, str, bytes]:
            return "POST", "/api/v1/statements", harvest_of(signer, next(self.numbers), self.served.clock())

        self._repeat(ends, taken, harvest, headers)

    def _read(self, number: int, ends: float, taken: Answers) -> None:
        turns = count(number * 31)
        self._repeat(ends, taken, lambda: ("GET", self.packs[next(turns) % len(self.packs)], None), _BROWSER)

    def _repeat(
        self,
        ends: float,
        taken: Answers,
        request: Callable[[], tuple[str, str, bytes | None]],
        headers: dict[str, str],
    ) -> None:
        connection = http.client.HTTPConnection(self.served.host, timeout=60)
        while time.perf_counter() < ends:
            asked = request()
            begun = time.perf_counter()
            connection.request(*asked, headers=headers)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status not in {200, 201, 202}:
                raise AssertionError((answer.status, said))
            taken.add(begun, ends)
        connection.close()


def run(size: str) -> Report:
    report = Report("posting")
    seconds, rounds = (4.0, 1) if size == "quick" else (20.0, 2)
    readers, posters, both, pair, before = [], [], [], [], []
    with tempfile.TemporaryDirectory(prefix="gt-posting-") as folder, ExitStack() as stack:
        ours = Crowd.at(stack.enter_context(served_log(HERE, Path(folder) / "ours")))
        two = Crowd.at(stack.enter_context(served_log(HERE, Path(folder) / "two", workers="2")))
        theirs = _before(stack, Path(folder) / "before")
        for _ in range(rounds):
            readers.append(ours.ask(0, READERS, seconds))
            posters.append(ours.ask(POSTERS, 0, seconds))
            both.append(ours.ask(POSTERS, READERS, seconds))
            pair.append(two.ask(POSTERS, READERS, seconds))
            if theirs is not None:
                before.append(theirs.ask(POSTERS, READERS, seconds))
    _tell(report, readers, posters, both, before)
    _tell_of_workers(report, both, pair)
    return report


def _before(stack: ExitStack, path: Path) -> Crowd | None:
    try:
        program: Program = stack.enter_context(former(BEFORE))
    except NotHere as reason:
        print(f"  nothing beside it from {BEFORE}: {reason}", file=sys.stderr, flush=True)
        return None
    return Crowd.at(stack.enter_context(served_log(program, path)))


def _tell(
    report: Report,
    readers: Sequence[Stretch],
    posters: Sequence[Stretch],
    both: Sequence[Stretch],
    before: Sequence[Stretch],
) -> None:
    rounds = len(both)
    alone, beside = _rate(readers, _pages), _rate(both, _pages)
    least, name = f"≥ {KEPT} × readers alone", f"{READERS} readers beside {POSTERS} posters"
    ratio = beside / alone
    report.add(Figure(name, beside, "pages/s", "readers alone", alone, ratio, least, ratio >= KEPT, rounds))
    name, signed = f"{POSTERS} posters alone, cosigned records", _rate(posters, _signed)
    report.add(Figure(name, signed, "records/s", rounds=rounds))
    name, signed = f"{POSTERS} posters beside {READERS} readers, cosigned", _rate(both, _signed)
    if not before:
        report.add(Figure(name, signed, "records/s", rounds=rounds))
    else:
        slow, peer = _rate(before, lambda each: each.posted.in_time), f"{BEFORE}, answered"
        least, gain = f"≥ {GAINED} × {BEFORE}", signed / slow
        report.add(Figure(name, signed, "records/s", peer, slow, gain, least, gain >= GAINED, rounds))
    for crowd, stretches, of in (
        ("readers alone", readers, _read),
        ("readers beside posters", both, _read),
        ("posters alone", posters, _posted),
        ("posters beside readers", both, _posted),
        (f"readers beside posters, {BEFORE}", before, _read),
        (f"posters beside readers, {BEFORE}", before, _posted),
    ):
        for part in (50, 99) if stretches else ():
            report.add(Figure(f"{crowd}: p{part}", _share(stretches, of, part / 100), "ms"))


def _tell_of_workers(report: Report, one: Sequence[Stretch], two: Sequence[Stretch]) -> None:
    """Two workers of eight threads beside one, under the same crowd; no target: two cores serve all of it."""
    for name, of, unit in (
        (f"{READERS} readers beside posters, two workers", _pages, "pages/s"),
        (f"{POSTERS} posters beside readers, two workers, cosigned", _signed, "records/s"),
    ):
        value, limit = _rate(two, of), _rate(one, of)
        ratio = value / limit if limit else None
        report.add(Figure(name, value, unit, "one worker", limit, ratio, rounds=len(two)))
    for part in (50, 99):
        name = f"posters beside readers, two workers: p{part}"
        report.add(Figure(name, _share(two, _posted, part / 100), "ms"))


def _read(stretch: Stretch) -> Answers:
    return stretch.read


def _posted(stretch: Stretch) -> Answers:
    return stretch.posted


def _pages(stretch: Stretch) -> int:
    return stretch.read.in_time


def _signed(stretch: Stretch) -> int:
    return stretch.cosigned


def _rate(stretches: Sequence[Stretch], of: Callable[[Stretch], int]) -> float:
    return median([of(each) / each.length for each in stretches])


def _share(stretches: Sequence[Stretch], of: Callable[[Stretch], Answers], part: float) -> float:
    """The milliseconds within which that part of the answers came."""
    ordered = sorted(one for each in stretches for one in of(each).seconds)
    return 1000 * ordered[min(int(part * len(ordered)), len(ordered) - 1)]
