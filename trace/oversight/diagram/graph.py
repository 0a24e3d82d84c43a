"""Boxes and ways of a trace diagram, from the documents of a trace up and down; and the layer of each.

A layer is the longest way from a source, so that every way leads to the right. Lots that lead round in a ring
stand in one layer: the ring is shown as a ring, by a way that stays in its layer or leads back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from sys import intern
from typing import Any, Final

from trace.chain.lineage.open_ends import NO_RECEIVERS
from trace.oversight.diagram.rings import rings

PLOT: Final = "plot"
FAILED: Final = "failed"
START: Final = "start"
SUSPECT: Final = "suspect"
AFFECTED: Final = "affected"
POSSIBLE: Final = "possible"
MISSING: Final = "missing"
STATES: Final = (FAILED, START, MISSING, SUSPECT, AFFECTED, POSSIBLE)
"""不合格, 案件批次, 记录缺失, 可疑路径, 受影响, 可能受影响: the first that fits."""
_FAILING: Final = "failed-report"
_NOTHING: Final[Mapping[str, Decimal]] = {}


@dataclass(frozen=True, slots=True)
class Box:
    """One lot, plot or folded group. `amounts`: unit -> how much, of a group the sum; `count` of its lots."""

    key: str
    kind: str
    name: str
    holder: str
    product: str
    state: str
    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    count: int = 1
    share: str = ""
    order: str = ""
    """The state that an order gives the goods: locked, recalled; "" for none."""
    layer: int = 0
    statement: str = ""
    """The record that states a lot; "" for plots and folded groups."""


@dataclass(frozen=True, slots=True)
class Way:
    """From one box to another; `sure`: signed by both sides and disputed by nobody."""

    upper: str
    lower: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Graph:
    """All boxes by their keys, in the order of layers, and the ways between them."""

    boxes: Mapping[str, Box]
    ways: tuple[Way, ...]


class Tracing:
    """The boxes and ways of a lot's traces while these pass by, lot by lot: no document is kept whole.

    Of a hundred thousand lots most have the same holder, product and amount: each text is kept once.
    """

    def __init__(self, start: str) -> None:
        self._start = start
        self._boxes: dict[str, Box] = {}
        self._ways: dict[tuple[str, str], bool] = {}
        self._ends: set[str] = set()
        self._suspect = False

    def begin(self, open_ends: Iterable[Mapping[str, Any]], *, suspect: bool) -> None:
        """A trace begins: `suspect` for that to the sources. Its open ends go before its lots; goods that
        were received or lie in stock end there by their records, and miss none."""
        missing = (end for end in open_ends if end.get("reason") != NO_RECEIVERS)
        self._ends, self._suspect = {str(end["lot"]) for end in missing}, suspect

    def lot(self, lot: Mapping[str, Any]) -> None:
        """One lot of the trace, with its plots."""
        box = _box(lot, self._start, self._ends, suspect=self._suspect)
        known = self._boxes.get(box.key)
        if known is None or STATES.index(box.state) < STATES.index(known.state):
            self._boxes[box.key] = box
        for plot in lot.get("plots", ()):
            key = str(plot["place"])
            self._boxes.setdefault(key, _plot(plot, str(lot.get("holderName") or ""), suspect=self._suspect))
            self._ways[key, box.key] = True

    def link(self, link: Mapping[str, Any]) -> None:
        """One link of it; a way is sure where every link on it is."""
        upper, lower = self._boxes.get(str(link["from"])), self._boxes.get(str(link["to"]))
        if upper is not None and lower is not None:
            pair = upper.key, lower.key
            self._ways[pair] = link["state"] == "signed" and self._ways.get(pair, True)

    def product(self, lot: str) -> str:
        """What a lot that has passed is of; "" for one that has not."""
        box = self._boxes.get(lot)
        return box.product if box is not None else ""

    def lots(self) -> Iterator[str]:
        """The urns of the lots that have passed."""
        return (key for key, box in self._boxes.items() if box.kind != PLOT)

    def graph(self) -> Graph:
        """All that has passed, in layers."""
        return layered(Graph(self._boxes, tuple(Way(*pair, sure) for pair, sure in self._ways.items())))


def _plot(plot: Mapping[str, Any], holder: str, *, suspect: bool) -> Box:
    name = str(plot.get("name") or str(plot["place"]).rsplit(":", 1)[-1])
    state = SUSPECT if suspect else AFFECTED
    return Box(str(plot["place"]), PLOT, name, holder, str(plot.get("region") or ""), state)


def _box(lot: Mapping[str, Any], start: str, ends: set[str], *, suspect: bool) -> Box:
    urn = str(lot["lot"])
    quantity = lot.get("quantity")
    share = lot.get("share")
    return Box(
        key=urn,
        kind=intern(str(lot["kind"])),
        name=urn.rsplit(":", 1)[-1],
        holder=intern(str(lot.get("holderName") or lot.get("holder") or "")),
        product=intern(str(lot.get("productName") or "")),
        state=_state(lot, urn == start, urn in ends, suspect=suspect),
        amounts=_amounts(str(quantity["unit"]), str(quantity["value"])) if quantity else _NOTHING,
        share=intern(_percent(share)) if share else "",
        order=intern(str(lot["state"])) if lot.get("state") in {"locked", "recalled"} else "",
        statement=str(lot.get("statement") or ""),
    )


@lru_cache(maxsize=4_096)
def _amounts(unit: str, value: str) -> Mapping[str, Decimal]:
    return {unit: Decimal(value)}


def _percent(share: Mapping[str, Any]) -> str:
    low, high = str(share["lowPercent"]), str(share["highPercent"])
    return f"{low}%" if low == high else f"{low}–{high}%"


def _state(lot: Mapping[str, Any], begins: bool, ends: bool, *, suspect: bool) -> str:
    if any(mark["code"] == _FAILING for mark in lot.get("marks", ())):
        return FAILED
    if begins:
        return START
    if ends:
        return MISSING
    if lot.get("word") == POSSIBLE:
        return POSSIBLE
    return SUSPECT if suspect else AFFECTED


def layered(graph: Graph) -> Graph:
    """The same graph with the layer of every box.

    What leads nowhere, as most lots of a wide trace, is in no ring and stands behind all that lead to it.
    """
    leading = {way.upper for way in graph.ways}
    pairs = [(way.upper, way.lower) for way in graph.ways if way.lower in leading]
    ring = rings((key for key in graph.boxes if key in leading), pairs)
    above: dict[int, set[int]] = {one: set() for one in ring.values()}
    for upper, lower in pairs:
        if ring[upper] != ring[lower]:
            above[ring[lower]].add(ring[upper])
    layer: dict[int, int] = {}
    for one in _ordered(above):
        layer[one] = max((layer[upper] + 1 for upper in above[one]), default=0)
    ends: dict[str, int] = {}
    for way in graph.ways:
        if way.lower not in leading:
            ends[way.lower] = max(ends.get(way.lower, 0), layer[ring[way.upper]] + 1)
    _pull_right(layer, above, ((ring[w.upper], ends[w.lower]) for w in graph.ways if w.lower in ends))
    places = {key: layer[ring[key]] if key in ring else ends.get(key, 0) for key in graph.boxes}
    least = min(places.values(), default=0)
    ordered = sorted(graph.boxes.values(), key=lambda box: (places[box.key], box.holder, box.key))
    boxes = {box.key: replace(box, layer=places[box.key] - least) for box in ordered}
    return replace(graph, boxes=boxes)


def _pull_right(
    layer: dict[int, int], above: Mapping[int, set[int]], ends: Iterable[tuple[int, int]]
) -> None:
    """Sources stand one layer before the first that they lead to, not at the far left. `ends`: what leads to
    a box that leads nowhere, and the layer of that."""
    nearest: dict[int, int] = {}
    inner = ((upper, layer[lower]) for lower, uppers in above.items() for upper in uppers)
    for upper, place in chain(inner, ends):
        if not above[upper]:
            nearest[upper] = min(nearest.get(upper, place), place)
    for one, place in nearest.items():
        layer[one] = place - 1


def _ordered(above: Mapping[int, set[int]]) -> list[int]:
    """So that each stands behind all that lead to it."""
    left = {one: len(uppers) for one, uppers in above.items()}
    below: dict[int, list[int]] = {one: [] for one in above}
    for lower, uppers in above.items():
        for upper in uppers:
            below[upper].append(lower)
    ready = sorted(one for one, count in left.items() if not count)
    found = []
    while ready:
        one = ready.pop()
        found.append(one)
        for lower in below[one]:
            left[lower] -= 1
            if not left[lower]:
                ready.append(lower)
    return found


def neighbours(ways: Iterable[Way]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What leads to each box, and what each leads to."""
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for way in ways:
        above.setdefault(way.lower, []).append(way.upper)
        below.setdefault(way.upper, []).append(way.lower)
    return above, below


def by_layer(boxes: Iterable[Box]) -> Sequence[list[Box]]:
    """The boxes of each layer."""
    found: list[list[Box]] = []
    for box in boxes:
        while len(found) <= box.layer:
            found.append([])
        found[box.layer].append(box)
    return found
