"""The common source of fifty failing and fifty passing lots among a million links, beside the honest walk.

The limit is what has to be read whoever asks: one recursive walk upstream of each tested lot. What is
added are the times of the links, the classes with their exact chances, and the likelihood.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from sqlalchemy import Connection

from bench.figures import Figure, Report, Spent, interleaved, median, spending
from bench.honest_walk import HONEST_WALK
from bench.lot_graph import STAGES, LotGraphPlan, load
from bench.stores import KINDS, store_of
from trace.chain.lineage.arcs import UP
from trace.chain.lineage.closure import trace_up
from trace.oversight.common_source import find_source
from trace.store.lots.wide_graph import WideLotGraph
from trace.store.transaction import open_database

SIZES = {"quick": 10**5, "usual": 10**6, "full": 10**6}
TESTED, ROUNDS = 50, 5
MOST = 4.0
"""The answer is to cost at most so many honest walks."""


def run(size: str) -> Report:
    report = Report("common_source")
    for kind in KINDS:
        with store_of(kind) as store:
            engine = open_database(store.migrated())
            plan = LotGraphPlan(SIZES[size])
            load(engine, plan)
            with engine.connect() as connection:
                _measure(report, f"{kind}, {plan.links:.0e} links".replace("e+0", "e"), connection, plan)
            engine.dispose()
    return report


def _measure(report: Report, name: str, connection: Connection, plan: LotGraphPlan) -> None:
    dice = random.Random(11)
    source = plan.lot(0, plan.width // 2)
    cases = _last_below(connection, source, plan)[:TESTED]
    controls = [plan.lot(STAGES - 1, dice.randrange(plan.width)) for _ in range(TESTED)]
    walk = HONEST_WALK[connection.dialect.name, UP]
    classes: list[int] = []

    def honest(_: int) -> Spent:
        with spending() as spent:
            for lot in (*cases, *controls):
                assert connection.exec_driver_sql(walk, (lot,)).all()
        return spent

    def asked(_: int) -> Spent:
        with spending() as spent:
            graph = WideLotGraph(connection)
            above = [[trace_up(graph, [lot]).lots - {lot} for lot in some] for some in (cases, controls)]
            found = find_source(*above)
        assert any(source in one.lots and len(one.cases) == len(cases) for one in found.classes)
        classes.append(len(found.classes))
        return spent

    honest(0)  # the first brings the pages into memory
    walks, answers = interleaved(ROUNDS, (honest, asked))
    limit, value = _wall(walks), _wall(answers)
    figure = f"{name}: common source of {len(cases)} cases, {len(controls)} controls, {classes[-1]} classes"
    report.add(
        Figure(
            figure,
            value * 1000,
            "ms",
            "honest walks above all of them",
            limit * 1000,
            value / limit,
            f"≤ {MOST:.0f} honest walks",
            value <= MOST * limit,
            ROUNDS,
        )
    )


def _last_below(connection: Connection, source: int, plan: LotGraphPlan) -> list[int]:
    """The lots of the last stage that hold something of a source, by id."""
    frontier = {source}
    for _ in range(STAGES - 1):
        graph = WideLotGraph(connection)
        frontier = {row[1] for row in graph.links(sorted(frontier), "down")}
    return sorted(frontier)


def _wall(spent: Sequence[Spent]) -> float:
    return median([one.wall for one in spent])
