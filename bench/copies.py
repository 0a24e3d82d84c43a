"""Copied codes: precision and recall of our odds beside fixed thresholds, on the same simulated scans.

The traffic (`tests/simulators/scan_traffic.py`) is made without the parameters that judge it. What others use
are fixed limits, the same for every batch; ours measures each code by its own batch. Precision depends on
how many codes are copied, so it is given for one scanned code in a thousand.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bench.figures import Figure, Report, median
from bench.stores import KINDS, store_of
from tests.simulators.scan_traffic import ATTACKS, Batch, Code, batch_of
from trace.oversight.copied_codes import SUSPECTED, WATCH, Baseline, CopyVerdict, judge, pattern_of
from trace.oversight.copied_codes.parameters import CopyParameters, copy_parameters
from trace.rules import load
from trace.store.scans.scans import KeptScan, put_scans
from trace.store.transaction import Transactions, open_database
from trace.usecases.scans.count_scans import SeenScan, count_scans
from trace.usecases.scans.scan_counter import BATCH

SIZES = {"quick": (20, 3_000, 1), "usual": (240, 6_000, 1), "full": (1_000, 6_000, 1)}
SEED = "copies-2026"
PREVALENCE = 0.001
DAY = date(2026, 10, 1)
NOON = datetime(2026, 10, 1, 4, tzinfo=UTC)
ROUNDS = 15
LONGEST_MS = 250
_SIX_HOURS = timedelta(hours=6)
_TWO_HOURS = timedelta(hours=2)
_WINDOW = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Judged:
    """One code with everybody's opinion of it."""

    attack: str
    devices: int
    scans: int
    cities: int
    burst: int  # cities within six hours
    quick: bool  # two cities within two hours
    verdict: CopyVerdict


Detector = Callable[[Judged], bool]
DETECTORS: dict[str, Detector] = {
    "ours: suspected": lambda one: one.verdict.level == SUSPECTED,
    "ours: watch or suspected": lambda one: one.verdict.level in {WATCH, SUSPECTED},
    "3 cities in 6 h": lambda one: one.burst >= 3,
    "12 scans": lambda one: one.scans >= 12,
    "5 cities or 12 scans": lambda one: one.cities >= 5 or one.scans >= 12,
    "2 cities in 2 h or 20 scans": lambda one: one.quick or one.scans > 20,
    "5 scans": lambda one: one.scans >= 5,
}
SCORES: dict[str, Callable[[Judged], float]] = {
    "our odds": lambda one: one.verdict.odds,
    "number of scans": lambda one: one.scans,
    "number of cities": lambda one: one.cities,
    "cities in 6 h, then scans": lambda one: one.burst * 1000 + one.scans,
}


def simulated(size: str, seed: str = SEED) -> list[Judged]:
    """Every scanned code of the sample, judged."""
    batches, packs, copied = SIZES[size]
    given = copy_parameters(load(), DAY)
    found: list[Judged] = []
    for number in range(batches):
        found += judged(batch_of(f"{seed} {number}", packs, copied), given)
    return found


def judged(batch: Batch, given: CopyParameters) -> list[Judged]:
    """The codes of one batch, each measured by the others."""
    patterns = [pattern_of(code.scans, batch.story, given) for code in batch.codes]
    devices = Counter(each.devices for each in patterns)
    occasions = Counter(each.occasions for each in patterns)
    cities = Counter(each.towns for each in patterns if each.placed)
    found = []
    for code, pattern in zip(batch.codes, patterns, strict=True):
        towns = Counter([pattern.towns] if pattern.placed else [])
        others = Baseline.of(
            devices - Counter([pattern.devices]),
            occasions - Counter([pattern.occasions]),
            cities - towns,
            given,
        )
        verdict = judge(pattern, others, given)
        found.append(_seen_by_all(code, pattern.devices, verdict))
    return found


def _seen_by_all(code: Code, devices: int, verdict: CopyVerdict) -> Judged:
    placed = [(each.at, each.city) for each in code.scans if each.city is not None]
    return Judged(
        code.attack,
        devices,
        _counted(code),
        len({city for _, city in placed}),
        _most_cities(placed, _SIX_HOURS),
        _most_cities(placed, _TWO_HOURS) > 1,
        verdict,
    )


def _counted(code: Code) -> int:
    """Scans but for those of the same device within ten minutes, as everybody would count them."""
    last: dict[str, object] = {}
    counted = 0
    for each in code.scans:
        before = last.get(each.device)
        if before is None or each.at - before >= _WINDOW:
            counted += 1
            last[each.device] = each.at
    return counted


def _most_cities(placed: Sequence[tuple[object, str]], within: timedelta) -> int:
    most, first = 0, 0
    for last, (at, _) in enumerate(placed):
        while at - placed[first][0] > within:
            first += 1
        most = max(most, len({city for _, city in placed[first : last + 1]}))
    return most


def share(codes: Sequence[Judged], detector: Detector) -> float:
    """Of these codes, the share that is flagged."""
    return sum(map(detector, codes)) / len(codes) if codes else 0.0


def precision(recall: float, false_alarms: float) -> float:
    """Of the codes flagged, the share that is copied, when PREVALENCE of the scanned codes is."""
    hits, misses = PREVALENCE * recall, (1 - PREVALENCE) * false_alarms
    return hits / (hits + misses) if hits + misses else 0.0


def area(honest: Sequence[float], copied: Sequence[float]) -> float:
    """Area under the ROC curve: the chance that a copied code scores above an honest one, ties by half."""
    ranked = sorted([(score, 0) for score in honest] + [(score, 1) for score in copied])
    wins, below, at = 0.0, 0, 0
    while at < len(ranked):
        end, own, others = at, 0, 0
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            own, others, end = own + ranked[end][1], others + (1 - ranked[end][1]), end + 1
        wins += own * (below + others / 2)
        below, at = below + others, end
    return wins / (len(honest) * len(copied))


def recall_at(honest: Sequence[float], copied: Sequence[float], false_alarms: float) -> float:
    """Recall at the lowest limit that flags at most this share of honest codes."""
    allowed = int(len(honest) * false_alarms)
    limit = sorted(honest, reverse=True)[allowed]
    return sum(score > limit for score in copied) / len(copied)


def run(size: str) -> Report:
    report = Report("copies")
    begun = time.process_time()
    codes = simulated(size)
    spent = time.process_time() - begun
    honest = [one for one in codes if not one.attack]
    copied = [one for one in codes if one.attack and one.devices > 1]
    report.add(Figure("simulated and judged", len(codes) / spent, "codes/s"))
    for name, detector in DETECTORS.items():
        recall, alarms = share(copied, detector), share(honest, detector)
        report.add(Figure(f"{name}: recall", 100 * recall, "%"))
        report.add(Figure(f"{name}: honest codes flagged", 100 * alarms, "%"))
        report.add(Figure(f"{name}: precision at 1 in 1,000", 100 * precision(recall, alarms), "%"))
    _scores(report, honest, copied)
    for kind in KINDS:
        _counting(report, kind)
    return report


def _scores(report: Report, honest: Sequence[Judged], copied: Sequence[Judged]) -> None:
    ours = SCORES["our odds"]
    others = {name: score for name, score in SCORES.items() if score is not ours}
    for what, measure in (
        ("area under the ROC curve", area),
        ("recall at 1 honest code in 1,000 flagged", lambda good, bad: recall_at(good, bad, 0.001)),
        ("recall at 1 honest code in 10,000 flagged", lambda good, bad: recall_at(good, bad, 0.0001)),
    ):
        own = measure([ours(one) for one in honest], [ours(one) for one in copied])
        rivals = {
            name: measure([score(one) for one in honest], [score(one) for one in copied])
            for name, score in others.items()
        }
        best = max(rivals, key=lambda name: rivals[name])
        target = {"target": "above the best other", "met": own > rivals[best]} if "recall" in what else {}
        beside, limit = f"best other score: {best}", 100 * rivals[best]
        report.add(Figure(f"our odds: {what}", 100 * own, "%", beside, limit, own / rivals[best], **target))


def _counting(report: Report, kind: str) -> None:
    """One full batch of the counter's, every scan of another code of one lot, beside inserting the rows."""
    with store_of(kind) as store:
        transactions = Transactions(open_database(store.migrated()), lambda: NOON, load(), "bench")
        times, bare = [], []
        for turn in range(ROUNDS):
            scans = [_scan_of(turn, number) for number in range(BATCH)]
            begun = time.perf_counter()
            count_scans(transactions, scans)
            times.append((time.perf_counter() - begun) * 1000)
            rows = [KeptScan(f"bare/{turn}/{number}", NOON, "310100", "d") for number in range(BATCH)]
            begun = time.perf_counter()
            with transactions.begin("bench") as tx:
                put_scans(tx.connection, rows)
            bare.append((time.perf_counter() - begun) * 1000)
        transactions.engine.dispose()
    taken, limit = median(times), median(bare)
    name, beside = f"{kind}: {BATCH} scans counted and judged", "bare insert of as many rows, committed"
    met = taken < LONGEST_MS
    report.add(Figure(name, taken, "ms", beside, limit, limit / taken, f"< {LONGEST_MS} ms", met, ROUNDS))


def _scan_of(turn: int, number: int) -> SeenScan:
    at = NOON + timedelta(hours=turn, seconds=number)
    return SeenScan(f"t/bench-{number}", "urn:lot:BENCH:1", at, "310100", f"{turn}-{number}")


__all__ = [
    "ATTACKS",
    "DETECTORS",
    "SCORES",
    "Judged",
    "area",
    "precision",
    "recall_at",
    "run",
    "share",
    "simulated",
]
