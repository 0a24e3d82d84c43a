"""Delivery networks: stations that send each other deliveries, of which only the making-up is recorded.

Who investigates an outbreak often has no lots, only deliveries and which of them went into which. A delivery
is then what a lot is elsewhere, such a relation a link without a time, and reach is the closure of `closure`.
What an investigation assumes beside its records are switches: that what came into a station may be in all
that left it afterwards (cross contamination), that a treatment ends the hazard (kill step), that several
stations are one (merging). A relation is followed whatever the dates say; they decide what is assumed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from trace.chain.effects import Interval
from trace.chain.lineage.arcs import SIGNED, UNKNOWN, Arc, GraphInMemory
from trace.chain.lineage.closure import Assumptions, trace_down, trace_up


@dataclass(frozen=True, slots=True)
class Delivery:
    """Goods that one station sent another. A date that is not known is taken from the other end."""

    name: str
    supplier: str
    recipient: str
    departure: Interval = UNKNOWN
    arrival: Interval = UNKNOWN

    def may_precede(self, later: Delivery) -> bool:
        """Whether it may have arrived when the later one left; the same day counts, what is unknown too."""
        arrived = (self.departure if self.arrival == UNKNOWN else self.arrival).earliest
        left = (later.arrival if later.departure == UNKNOWN else later.departure).latest
        return arrived is None or left is None or arrived <= left


@dataclass(frozen=True, slots=True)
class Switches:
    """What is assumed beside the records; stations by their names after merging.

    `temporal`: cross contamination keeps to the order of dates. A marked station mixes all that passes
    through it; marked deliveries that came to one station share what they went into. A kill step at a station
    cleans what comes into it, one at a delivery cleans that delivery on its way. `merged`: station -> the one
    that it counts as.
    """

    temporal: bool = True
    cross_stations: frozenset[str] = frozenset()
    cross_deliveries: frozenset[str] = frozenset()
    kill_stations: frozenset[str] = frozenset()
    kill_deliveries: frozenset[str] = frozenset()
    merged: Mapping[str, str] = field(default_factory=dict)


class DeliveryNetwork:
    """The deliveries, what went into what, and how far each reaches under some switches."""

    def __init__(
        self, deliveries: Iterable[Delivery], relations: Iterable[tuple[str, str]], switches: Switches
    ) -> None:
        self._deliveries = list(deliveries)
        self._number = {one.name: number for number, one in enumerate(self._deliveries)}
        self._switches = switches
        merged = switches.merged
        self._suppliers = [merged.get(one.supplier, one.supplier) for one in self._deliveries]
        self._recipients = [merged.get(one.recipient, one.recipient) for one in self._deliveries]
        self._out, self._into = _by(self._suppliers), _by(self._recipients)
        number = self._number
        known = {(number[one], number[other]) for one, other in relations if {one, other} <= number.keys()}
        self._links = sorted(link for link in self._assumed(known) if self._passes(*link))

    def outgoing(self, station: str) -> list[str]:
        """What left a station and may carry something; nothing where a kill step cleans it."""
        if station in self._switches.kill_stations:
            return []
        return [self._deliveries[at].name for at in self._out.get(station, ())]

    def incoming(self, station: str) -> list[str]:
        """What came to a station and may have brought something."""
        names = (self._deliveries[at].name for at in self._into.get(station, ()))
        return [name for name in names if name not in self._switches.kill_deliveries]

    def forward(self, names: Collection[str]) -> set[str]:
        """The deliveries into which something of these went; themselves only by way of another."""
        return self._beyond(names, self._below, down=True)

    def backward(self, names: Collection[str]) -> set[str]:
        """The deliveries of which something went into these."""
        return self._beyond(names, self._above, down=False)

    def stations_forward(self, names: Collection[str]) -> set[str]:
        """The stations to which these deliveries and all beyond them came."""
        own = [name for name in names if name not in self._switches.kill_deliveries]
        return {self._recipients[at] for at in self._numbers(self.forward(names).union(own))}

    def stations_backward(self, names: Collection[str]) -> set[str]:
        """The stations from which these deliveries and all before them came."""
        own = {self._suppliers[at] for at in self._numbers(names)} - self._switches.kill_stations
        return own | {self._suppliers[at] for at in self._numbers(self.backward(names))}

    def reaching(self, station: str) -> set[str]:
        """The deliveries whose way leads to a station: `stations_forward`, asked from its end."""
        arrived = [self._deliveries[at].name for at in self._into.get(station, ())]
        own = [name for name in arrived if name not in self._switches.kill_deliveries]
        return self.backward(arrived).union(own)

    def _numbers(self, names: Iterable[str]) -> list[int]:
        """Those of these deliveries that the network has."""
        return [self._number[name] for name in names if name in self._number]

    def _assumed(self, recorded: set[tuple[int, int]]) -> set[tuple[int, int]]:
        """Recorded links and those that cross contamination adds to them."""
        links, switches = set(recorded), self._switches
        for station in switches.cross_stations:
            links.update(self._ordered(self._into.get(station, ()), self._out.get(station, ())))
        below = _joined(links)
        marked = self._numbers(switches.cross_deliveries)
        for group in _grouped(marked, self._recipients).values():
            if len(group) > 1:
                shared = {lower for upper in group for lower in below.get(upper, ())}
                links.update(self._ordered(group, shared))
        return links

    def _ordered(self, uppers: Collection[int], lowers: Collection[int]) -> Iterator[tuple[int, int]]:
        for upper in uppers:
            for lower in lowers:
                before, after = self._deliveries[upper], self._deliveries[lower]
                if not self._switches.temporal or before.may_precede(after):
                    yield upper, lower

    def _passes(self, upper: int, lower: int) -> bool:
        return upper != lower and self._suppliers[lower] not in self._switches.kill_stations

    @cached_property
    def _graph(self) -> GraphInMemory:
        return GraphInMemory(
            Arc(at, *link, "transform", None, None, UNKNOWN, UNKNOWN, SIGNED, str(at))
            for at, link in enumerate(self._links)
        )

    @cached_property
    def _passing(self) -> list[tuple[int, int]]:
        return [link for link in self._links if link[0] not in self._assumptions.kill_steps]

    @cached_property
    def _below(self) -> Mapping[int, Sequence[int]]:
        return _joined(self._passing)

    @cached_property
    def _above(self) -> Mapping[int, Sequence[int]]:
        return _joined((lower, upper) for upper, lower in self._passing)

    @cached_property
    def _assumptions(self) -> Assumptions:
        killed = set(self._numbers(self._switches.kill_deliveries))
        for station in self._switches.kill_stations:
            killed.update(self._into.get(station, ()))
        return Assumptions(ignore_time=True, kill_steps=frozenset(killed))

    def _beyond(
        self, names: Collection[str], nearest: Mapping[int, Sequence[int]], *, down: bool
    ) -> set[str]:
        start = {one for at in self._numbers(names) for one in nearest.get(at, ())}
        if not start:
            return set()
        trace = trace_down if down else trace_up
        return {self._deliveries[at].name for at in trace(self._graph, sorted(start), self._assumptions).lots}


def _by(stations: Sequence[str]) -> dict[str, list[int]]:
    return _grouped(range(len(stations)), stations)


def _grouped(numbers: Iterable[int], stations: Sequence[str]) -> dict[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number in numbers:
        found[stations[number]].append(number)
    return dict(found)


def _joined(links: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for near, far in links:
        found[near].append(far)
    return dict(found)
