"""The trace diagram: layers, rings, folding with exact sums, few crossings, the same drawing each time."""

from __future__ import annotations

import random
from decimal import Decimal
from itertools import pairwise

import pytest

from trace.oversight.diagram.drawing import drawn
from trace.oversight.diagram.folding import MOST, folded
from trace.oversight.diagram.graph import AFFECTED, START, Box, Graph, Tracing, Way, layered


def box(key: str, *, holder="F", state=AFFECTED, kg="1", kind="pack") -> Box:
    return Box(key, kind, key, holder, "rice", state, {"kg": Decimal(kg)})


def chain(*pairs: tuple[str, str], start: str = "") -> Graph:
    keys = dict.fromkeys(key for pair in pairs for key in pair)
    boxes = {key: box(key, state=START if key == start else AFFECTED) for key in keys}
    return layered(Graph(boxes, tuple(Way(*pair) for pair in pairs)))


def layers(graph: Graph) -> dict[str, int]:
    return {key: one.layer for key, one in graph.boxes.items()}


def test_every_way_leads_to_the_right_and_sources_stand_close() -> None:
    graph = chain(("a", "b"), ("b", "c"), ("c", "d"), ("e", "d"), ("a", "d"))
    assert layers(graph) == {"a": 0, "b": 1, "c": 2, "d": 3, "e": 2}


def test_a_ring_stands_in_one_layer_and_ends() -> None:
    graph = chain(("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"))
    assert layers(graph) == {"a": 0, "b": 0, "c": 0, "d": 1}
    assert len(drawn(graph).ways) == 4


def wide(count: int, firms: int = 3) -> Graph:
    boxes = {"s": box("s", state=START)}
    boxes |= {f"c{n}": box(f"c{n}", holder=f"F{n % firms}", kg="2.5") for n in range(count)}
    boxes |= {f"d{n}": box(f"d{n}", holder=f"G{n}", kg="0.5") for n in range(count)}
    ways = [Way("s", f"c{n}") for n in range(count)] + [Way(f"c{n}", f"d{n}") for n in range(count)]
    return layered(Graph(boxes, tuple(ways)))


def sums(graph: Graph) -> tuple[Decimal, int]:
    return (
        sum((one.amounts.get("kg", Decimal(0)) for one in graph.boxes.values()), Decimal(0)),
        sum(one.count for one in graph.boxes.values()),
    )


@pytest.mark.parametrize("count", [10, 74, 75, 2_500, 10_000])
def test_never_more_boxes_than_can_be_read_and_the_sums_stay(count: int) -> None:
    graph = wide(count)
    shown = folded(graph)
    assert len(shown.boxes) <= MOST
    assert sums(shown) == sums(graph)
    assert "s" in shown.boxes, "the case's own lot is never folded"
    assert all(way.upper in shown.boxes and way.lower in shown.boxes for way in shown.ways)


def test_a_folded_box_opens_by_its_key() -> None:
    graph = wide(90, firms=3)
    shown = folded(graph)
    group = next(key for key, one in shown.boxes.items() if one.count > 1 and one.layer == 1)
    opened = folded(graph, [group])
    assert not opened.boxes.get(group) or opened.boxes[group].count < shown.boxes[group].count
    assert len(opened.boxes) <= MOST
    assert sums(opened) == sums(graph)
    assert folded(graph, ["no such group"]).boxes == shown.boxes


def test_the_drawing_is_the_same_each_time_and_no_box_lies_on_another() -> None:
    chance = random.Random(7)
    pairs = {(f"n{a}", f"n{b}") for a in range(40) for b in chance.sample(range(60), 2) if a < b}
    graph = chain(*sorted(pairs))
    shuffled = chain(*sorted(pairs, reverse=True))
    assert drawn(graph) == drawn(Graph(dict(graph.boxes), graph.ways))
    assert layers(graph) == layers(shuffled)
    for layer in drawn(graph).layers:
        tops = sorted(one.y for one in layer)
        assert all(low - high >= 44 for high, low in pairwise(tops))


def test_few_ways_cross_where_none_has_to() -> None:
    pairs = [(f"a{n}", f"b{11 - n}") for n in range(12)]
    shown = drawn(chain(*pairs))
    place = {one.box.key: one.place for layer in shown.layers for one in layer}
    assert [place[b] for _, b in sorted(pairs, key=lambda pair: place[pair[0]])] == list(range(1, 13))


def test_documents_become_boxes_with_the_first_state_that_fits() -> None:
    def lot(urn: str, **more) -> dict:
        given = {"lot": urn, "kind": "pack", "batchNo": urn[-2:], "holderName": "米业", "state": "normal"}
        return {**given, "quantity": {"value": "5", "unit": "kg"}, "marks": [], "plots": [], **more}

    failed = [{"code": "failed-report"}]
    plot = {"place": "urn:place:1", "name": "1号田", "region": "崇明区"}
    up = {
        "lots": [lot("urn:lot:m:K1", marks=failed), lot("urn:lot:f:H1", kind="harvest", plots=[plot])],
        "links": [{"from": "urn:lot:f:H1", "to": "urn:lot:m:K1", "state": "disputed"}],
        "openEnds": [{"lot": "urn:lot:f:H1", "reason": "inputs-unknown"}],
    }
    down = {
        "lots": [
            *(lot("urn:lot:m:K1", marks=failed), lot("urn:lot:s:S1", word="possible")),
            *(lot("urn:lot:s:S2"), lot("urn:lot:m:B1")),
        ],
        "links": [{"from": "urn:lot:m:K1", "to": "urn:lot:s:S1", "state": "signed"}],
        "openEnds": [
            {"lot": "urn:lot:s:S1", "reason": "no-receivers"},
            {"lot": "urn:lot:s:S2", "reason": "no-receivers"},
            {"lot": "urn:lot:m:B1", "reason": "outputs-too-early"},
        ],
    }
    tracing = Tracing("urn:lot:m:K1")
    for document, suspect in ((up, True), (down, False)):
        tracing.begin(document.get("openEnds", ()), suspect=suspect)
        for one in document["lots"]:
            tracing.lot(one)
        for link in document["links"]:
            tracing.link(link)
    graph = tracing.graph()
    assert {key: one.state for key, one in graph.boxes.items()} == {
        "urn:place:1": "suspect",
        "urn:lot:f:H1": "missing",
        "urn:lot:m:K1": "failed",
        "urn:lot:s:S1": "possible",
        "urn:lot:s:S2": "affected",
        "urn:lot:m:B1": "missing",
    }
    assert [
        layers(graph)[key] for key in ("urn:place:1", "urn:lot:f:H1", "urn:lot:m:K1", "urn:lot:s:S1")
    ] == [*(0, 1, 2, 3)]
    assert [way.sure for way in graph.ways if way.upper == "urn:lot:f:H1"] == [False]
