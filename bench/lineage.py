"""Upstream and downstream of lots on graphs of ten thousand to ten million links, beside the bare walk.

The bare walk touches the answer's rows by their index, all of them in one statement, and gives back one
number; what a trace adds is finding them level by level, times, witness paths and excluded links.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from bench.figures import Figure, Report, median
from bench.lot_graph import HUB_EVERY, STAGES, LotGraphPlan, load
from bench.stores import KINDS, store_of
from trace.chain.lineage.closure import Closure, trace_down, trace_up
from trace.store.lots.graph import StoredLotGraph, id_list
from trace.store.transaction import open_database

SIZES = {"quick": (10**4, 10**5), "usual": (10**5, 10**6), "full": (10**5, 10**6, 10**7)}
SAMPLE = 40
_WALKS = {
    "sqlite": (
        "SELECT count(*), sum(link.given) FROM json_each(?) AS asked "
        "CROSS JOIN link ON link.{end} = asked.value"
    ),
    "postgresql": "SELECT count(*), sum(given) FROM link WHERE {end} = ANY(%s)",
}


def run(size: str) -> Report:
    report = Report("lineage")
    for kind in KINDS:
        for links in SIZES[size]:
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
    return report


def _trace(report: Report, name: str, connection: Connection, plan: LotGraphPlan) -> None:
    dice = random.Random(links := plan.links)
    places = [dice.randrange(plan.width) for _ in range(SAMPLE)]
    ups = [plan.lot(STAGES - 1, place) for place in places]
    downs = [plan.lot(0, place) for place in places]
    hubs = [plan.lot(4, at) for at in range(plan.width) if plan.is_hub(4, at)][:5] or [
        plan.lot(4, HUB_EVERY // 2)
    ]
    goal = 20 if links <= 10**5 else 200
    for what, starts, trace, end in (
        ("upstream of a lot", ups, trace_up, "to_lot"),
        ("downstream of a lot", downs, trace_down, "from_lot"),
        ("upstream of a hub", hubs, trace_up, "to_lot"),
    ):
        times, walks, lots = _measure(connection, starts, trace, end)
        taken, walked = median(times), median(walks)
        ratio = median([walk / one for walk, one in zip(walks, times, strict=True)])
        beside = f"bare walk of the rows (median {median(lots):.0f} lots, slowest trace {max(times):.1f} ms)"
        target = {} if "hub" in what else {"target": f"< {goal} ms", "met": taken < goal}
        report.add(Figure(f"{name}: {what}", taken, "ms", beside, walked, ratio, rounds=len(times), **target))


def _measure(
    connection: Connection, starts: Sequence[int], trace: Callable[..., Closure], end: str
) -> tuple[list[float], list[float], list[int]]:
    dialect = connection.dialect.name
    walk = _WALKS[dialect].format(end=end)
    times, walks, lots = [], [], []
    for start in starts:
        trace(StoredLotGraph(connection), [start])  # both find the pages in memory
        begun = time.perf_counter()
        closure = trace(StoredLotGraph(connection), [start])
        times.append((time.perf_counter() - begun) * 1000)
        asked = (id_list(dialect, sorted(closure.lots)),)
        begun = time.perf_counter()
        rows = connection.exec_driver_sql(walk, asked).one()
        walks.append((time.perf_counter() - begun) * 1000)
        assert rows[0] >= len(closure.arcs)
        lots.append(len(closure.lots))
    return times, walks, lots
