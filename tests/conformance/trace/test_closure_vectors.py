"""Closures against our worked oracles and against what FoodChain-Lab's own tests and tutorial state.

FoodChain-Lab traces deliveries; here a delivery is a dated arc between two lots (as sent, as received) and a
relation an undated arc from what was received to what was sent on.
"""

from __future__ import annotations

import calendar
import csv
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from trace.chain.effects import Interval
from trace.chain.lineage.arcs import Arc, GraphInMemory
from trace.chain.lineage.closure import Assumptions, trace_down, trace_up

pytestmark = pytest.mark.vectors

UNDATED = Interval(None, None)
WITHOUT_TIME = Assumptions(ignore_time=True)


def day_span(written: str | None) -> Interval:
    """A partial date is the whole of its month or year; no date bounds nothing."""
    if not written:
        return UNDATED
    parts = [int(part) for part in written.split("-")]
    year, month, day = parts[0], *(parts[1:2] or [None]), *(parts[2:3] or [None])
    first = datetime(year, month or 1, day or 1, tzinfo=UTC)
    last_month = month or 12
    last_day = day or calendar.monthrange(year, last_month)[1]
    return Interval(first, datetime(year, last_month, last_day, tzinfo=UTC) + timedelta(hours=23, minutes=59))


class Deliveries:
    """A delivery network as a lot graph."""

    def __init__(self) -> None:
        self.lots: dict[tuple[str, str], int] = {}
        self.arcs: list[Arc] = []
        self.route: dict[str, tuple[str, str]] = {}

    def lot(self, delivery: str, side: str) -> int:
        return self.lots.setdefault((delivery, side), len(self.lots))

    def add(self, name: str, route: tuple[str, str], departure: str | None, arrival: str | None) -> None:
        self.route[name] = route
        times = day_span(departure or arrival), day_span(arrival or departure)
        self._arc(self.lot(name, "sent"), self.lot(name, "received"), times)

    def relate(self, earlier: str, later: str) -> None:
        self._arc(self.lot(earlier, "received"), self.lot(later, "sent"), (UNDATED, UNDATED))

    def mix(self, pairs: Iterable[tuple[str, str]]) -> None:
        for earlier, later in pairs:
            self.relate(earlier, later)

    def _arc(self, upper: int, lower: int, times: tuple[Interval, Interval]) -> None:
        number = len(self.arcs)
        self.arcs.append(Arc(number, upper, lower, "ship", None, None, *times, "signed", f"s{number}"))

    def forward(self, names: Iterable[str], assumed: Assumptions | None = None) -> set[str]:
        """Deliveries that carry something of `names`, themselves excepted."""
        start = [self.lot(name, "sent") for name in names]
        lots = trace_down(GraphInMemory(self.arcs), start, assumed).lots if start else frozenset()
        return {name for name in self.route if self.lot(name, "received") in lots}

    def backward(self, names: Iterable[str], assumed: Assumptions | None = None) -> set[str]:
        start = [self.lot(name, "received") for name in names]
        lots = trace_up(GraphInMemory(self.arcs), start, assumed).lots if start else frozenset()
        return {name for name in self.route if self.lot(name, "sent") in lots}

    def out_of(self, station: str) -> list[str]:
        return [name for name, (sender, _) in self.route.items() if sender == station]

    def into(self, station: str) -> list[str]:
        return [name for name, (_, receiver) in self.route.items() if receiver == station]

    def forward_stations(self, station: str, assumed: Assumptions | None = None) -> set[str]:
        return {self.route[name][1] for name in self.forward(self.out_of(station), assumed)}

    def backward_stations(self, station: str) -> set[str]:
        return {self.route[name][0] for name in self.backward(self.into(station))}


@pytest.fixture(scope="module")
def worked(vectors):
    return json.loads((vectors / "trace/worked/expected.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def facts(vectors):
    return json.loads((vectors / "trace/fcl-unittest/tracing_unittest.json").read_text("utf-8"))


@pytest.fixture
def chain(facts) -> Deliveries:
    network = Deliveries()
    for name, delivery in facts["deliveries"].items():
        route = delivery["from"], delivery["to"]
        network.add(name, route, delivery["departure"], delivery["arrival"])
    for name, delivery in facts["deliveries"].items():
        for later in delivery["next"]:
            network.relate(name, later)
    return network


def worked_graph(lines: str) -> tuple[GraphInMemory, dict[str, int]]:
    lots: dict[str, int] = {}
    arcs = []
    for number, line in enumerate(lines.split(";")):
        ends, left, arrived = line.split()
        upper, lower = (lots.setdefault(end, len(lots)) for end in ends.split(">"))
        times = [day_span(None if day == "?" else f"2026-01-0{day}") for day in (left, arrived)]
        arcs.append(Arc(number, upper, lower, "transform", None, None, *times, "signed", ends))
    return GraphInMemory(arcs), lots


def named(lots: dict[str, int], reached: frozenset[int]) -> list[str]:
    return sorted(name for name, lot in lots.items() if lot in reached)


def test_the_worked_silo_is_traced_as_worked_and_not_as_without_time(worked):
    graph, lots = worked_graph("H1>R1 1 2;H2>R1 4 5;R1>B1 3 3;R1>B2 6 6;B1>S1 7 8;B2>S2 7 9;B2>B1x ? ?")
    for key in ("a.forward_H1", "a.forward_H2"):
        assert named(lots, trace_down(graph, [lots[key[-2:]]]).lots) == worked[key]
    for key in ("a.backward_S1", "a.backward_S2"):
        assert named(lots, trace_up(graph, [lots[key[-2:]]]).lots) == worked[key]
    wrong = worked["a.forward_H2_without_time"]
    assert named(lots, trace_down(graph, [lots["H2"]]).lots) != wrong
    assert named(lots, trace_down(graph, [lots["H2"]], WITHOUT_TIME).lots) == wrong


def test_the_worked_ring_is_traced_completely_and_not_as_by_memoised_recursion(worked):
    graph, lots = worked_graph("A>B ? ?;B>C ? ?;C>A ? ?;A>D ? ?")
    reached = named(lots, trace_down(graph, [lots["C"]]).lots)
    assert reached == worked["a.loop_exact_C"]
    assert reached != worked["a.loop_memo_C"]


def test_the_peers_forward_and_backward_facts_hold(facts, chain):
    expected = facts["expected"]
    for station, stations in expected["forward_stations"].items():
        assert chain.forward_stations(station) == set(stations)
    for station, stations in expected["backward_stations"].items():
        assert chain.backward_stations(station) == set(stations)
    for name, deliveries in expected["forward_deliveries"].items():
        assert chain.forward([name]) - {name} == set(deliveries)
    for name, deliveries in expected["backward_deliveries"].items():
        assert chain.backward([name]) - {name} == set(deliveries)


def test_the_peers_cross_contamination_facts_hold_with_and_without_time(facts, chain):
    stated = facts["expected"]["station_cross_contamination"]
    (station,) = stated["set"]
    chain.mix((one, other) for one in chain.into(station) for other in chain.out_of(station))
    check_reaches(chain, stated)


def test_the_peers_delivery_cross_contamination_facts_hold(facts, chain):
    stated = facts["expected"]["delivery_cross_contamination"]
    network = facts["deliveries"]
    chain.mix(
        (one, later) for one in stated["set"] for other in stated["set"] for later in network[other]["next"]
    )
    check_reaches(chain, stated)


def check_reaches(chain: Deliveries, stated: dict) -> None:
    for mode, assumed in (("temporal", None), ("no_temporal", WITHOUT_TIME)):
        for claim, truth in stated[mode].items():
            one, other = claim.split("_reaches_")
            assert (other in chain.forward([one], assumed)) is truth, (mode, claim)


def test_the_peers_kill_steps_cut_what_leaves_and_keep_what_arrives(facts, chain):
    killed = {chain.lot(name, "received") for name in chain.into("producer2")}
    station = Assumptions(kill_steps=frozenset(killed))
    for name in ("F2P2_1", "F3P2_1"):
        assert chain.forward([name], station) == {name}
    for name in ("P2T1_1", "P2T1_2"):
        assert chain.backward([name], station) == {name}
    assert chain.backward(chain.into("producer2"), station) == {"F2P2_1", "F3P2_1"}
    delivery = Assumptions(kill_steps=frozenset({chain.lot("P2T1_2", "received")}))
    assert chain.forward(["P2T1_2"], delivery) == {"P2T1_2"}
    assert chain.backward(["P2T1_2"], delivery) == {"P2T1_2", "F3P2_1"}
    assert "P2T1_2" in chain.forward(chain.into("producer2"), delivery)
    assert "P2T1_2" not in chain.backward(chain.out_of("trader1"), delivery)


def rows(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_tutorials_scores_of_all_252_stations_are_reproduced(vectors):
    """A station's score is the share of outbreak stations that are it or lie downstream of it."""
    folder = vectors / "trace/fcl-tracing-myfirst"
    network = Deliveries()
    for row in rows(folder / "in_deliveries.csv"):
        network.add(row["ID"], (row["from"], row["to"]), row["Date Delivery"], row["Date Delivery Arrival"])
    for row in rows(folder / "in_relations.csv"):
        network.relate(row["ID"], row["Next"])
    stated = rows(folder / "expected_stations.csv")
    outbreak = {row["ID"] for row in stated if float(row["Weight"]) > 0}
    assert outbreak == {"146", "252", "253", "254"}
    for row in stated:
        reached = network.forward_stations(row["ID"]) | {row["ID"]}
        assert Fraction(len(reached & outbreak), len(outbreak)) == Fraction(row["Score"]), row["ID"]
