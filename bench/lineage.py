"""Upstream and downstream of lots on graphs of ten thousand to ten million links, beside the honest walk.

What a trace adds to the walk are the times of the links and what a reading of the records leaves out;
amounts, records and witness paths of all links are a figure of their own.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bench.figures import Figure, Report, median
from bench.honest_walk import HONEST_WALK
from bench.lot_graph import HUB_EVERY, STAGES, LotGraphPlan, load
from bench.stores import KINDS, store_of
from trace.chain.lineage.arcs import DOWN, UP
from trace.chain.lineage.closure import Closure, trace_down, trace_up
from trace.store.lots.graph import StoredLotGraph
from trace.store.transaction import open_database

SIZES = {"quick": (10**4, 10**5), "usual": (10**5, 10**6), "full": (10**5, 10**6, 10**7)}
SAMPLE, ROUNDS = 40, 7
MOST = 2.5
"""A trace is to cost at most so many honest walks."""


def run(size: str) -> Report:
    report = Report("lineage")
    for kind in KINDS:
        for links in SIZES[size]:
            measure(report, kind, links)
    return report


def measure(report: Report, kind: str, links: int) -> None:
    """The figures of one graph on a database of its own, gone afterwards."""
    with store_of(kind) as store:
        engine = open_database(store.migrated())
        plan = LotGraphPlan(links)
        begun = time.perf_counter()
        count = load(engine, plan)
        took = time.perf_counter() - begun
        name = f"{kind}, {links:.0e} links".replace("e+0", "e")
        report.add(Figure(f"{name}: loaded in bulk", count / took, "links/s"))
        with engine.connect() as connection:
            _trace(report, name, connection, plan)
        engine.dispose()


@dataclass(slots=True)
class _Times:
    """Milliseconds of the best of some rounds, one value a lot asked about: of the processor where the
    database is in this process, else of the clock on the wall."""

    traced: list[float]
    walked: list[float]
    detailed: list[float]
    lots: list[int]


def _trace(report: Report, name: str, connection: Connection, plan: LotGraphPlan) -> None:
    dice = random.Random(plan.links)
    places = [dice.randrange(plan.width) for _ in range(SAMPLE)]
    ups = [plan.lot(STAGES - 1, place) for place in places]
    downs = [plan.lot(0, place) for place in places]
    hubs = [plan.lot(4, at) for at in range(plan.width) if plan.is_hub(4, at)][:5] or [
        plan.lot(4, HUB_EVERY // 2)
    ]
    for what, starts, trace, way in (
        ("upstream of a lot", ups, trace_up, UP),
        ("downstream of a lot", downs, trace_down, DOWN),
        ("upstream of a hub", hubs, trace_up, UP),
    ):
        walk = HONEST_WALK[connection.dialect.name, way]
        times = _measure(connection, starts, trace, walk)
        ratio = _ratio(times.traced, times.walked)
        beside = f"honest walk (median {median(times.lots):.0f} lots)"
        report.add(
            Figure(
                f"{name}: {what}",
                median(times.traced),
                "ms",
                beside,
                median(times.walked),
                ratio,
                f"≤ {MOST} honest walks",
                ratio <= MOST,
                ROUNDS,
            )
        )
        whole = [one + more for one, more in zip(times.traced, times.detailed, strict=True)]
        report.add(
            Figure(
                f"{name}: {what}, with records and paths",
                median(whole),
                "ms",
                beside,
                median(times.walked),
                _ratio(whole, times.walked),
                rounds=ROUNDS,
            )
        )


def _measure(
    connection: Connection, starts: Sequence[int], trace: Callable[..., Closure], walk: str
) -> _Times:
    found = _Times([], [], [], [])
    clock = time.process_time if connection.dialect.name == "sqlite" else time.perf_counter
    for start in starts:
        traced, walked, detailed = [], [], []
        for _ in range(ROUNDS + 1):  # the first finds the pages in memory, or brings them there
            begun = clock()
            rows = connection.exec_driver_sql(walk, (start,)).all()
            walked.append(clock() - begun)
            begun = clock()
            closure = trace(StoredLotGraph(connection), [start])
            traced.append(clock() - begun)
            begun = clock()
            links, told = closure.arcs, [closure.path(lot) for lot in closure.keys]
            detailed.append(clock() - begun)
        assert len(rows) >= len(links)
        assert len(told) == len(closure.lots)
        for kept, taken in (
            (found.traced, traced),
            (found.walked, walked),
            (found.detailed, detailed),
        ):
            kept.append(min(taken) * 1000)
        found.lots.append(len(closure.lots))
    return found


def _ratio(times: Sequence[float], walks: Sequence[float]) -> float:
    return median([one / walk for one, walk in zip(times, walks, strict=True)])
