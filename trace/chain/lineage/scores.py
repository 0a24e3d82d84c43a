"""Scores of stations and deliveries: the share of all weight that lies on their way.

A weight above zero is a case of illness or a failing sample, one below zero evidence against. An element's
score is its own weight and that of all stations and deliveries beyond it, each counted once, over the larger
of the two sums of weights. It says what an element covers, never that it is the source: what everybody uses
covers all cases.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from trace.chain.lineage.deliveries import DeliveryNetwork

_NONE: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of stations (by their names after merging) and of deliveries; none is nought."""

    stations: Mapping[str, Fraction] = field(default_factory=dict)
    deliveries: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Observed:
    """The stations and deliveries whose way back and forth is shown."""

    stations: frozenset[str] = frozenset()
    deliveries: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Score:
    """What one station or delivery covers, and whether it lies on the way of what is observed.

    `normalized` is the score over the largest that anything has, whatever its sign.
    """

    score: Fraction
    normalized: Fraction
    positive: Fraction
    negative: Fraction
    backward: bool
    forward: bool


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores by name, in the order in which they were asked for."""

    stations: Mapping[str, Score]
    deliveries: Mapping[str, Score]


@dataclass(frozen=True, slots=True)
class _Covered:
    """The weight above and below zero that an element covers."""

    above: Fraction = _NONE
    below: Fraction = _NONE

    @property
    def net(self) -> Fraction:
        return self.above - self.below

    def with_weight(self, weight: Fraction) -> _Covered:
        return _Covered(self.above + max(weight, _NONE), self.below + max(-weight, _NONE))


def score_network(
    network: DeliveryNetwork,
    stations: Sequence[str],
    deliveries: Sequence[str],
    weights: Weights,
    observed: Observed,
) -> Scores:
    """The scores of these stations and deliveries."""
    by_delivery = dict.fromkeys(deliveries, _Covered())
    by_station = dict.fromkeys(stations, _Covered())
    out = {station: network.outgoing(station) for station in stations}
    for own, reaching, weight in _weighed(network, weights):
        _add(by_delivery, reaching, weight)
        _add(by_station, (one for one in stations if one == own or not reaching.isdisjoint(out[one])), weight)
    every = (*weights.stations.values(), *weights.deliveries.values())
    total = _Covered(
        sum((max(one, _NONE) for one in every), _NONE), sum((max(-one, _NONE) for one in every), _NONE)
    )
    most = max((abs(one.net) for one in (*by_station.values(), *by_delivery.values())), default=_NONE)
    back, forth = _on_the_way_back(network, observed), _on_the_way_forth(network, observed)
    return Scores(
        {
            name: _scored(one, total, most, name in back[0], name in forth[0])
            for name, one in by_station.items()
        },
        {
            name: _scored(one, total, most, name in back[1], name in forth[1])
            for name, one in by_delivery.items()
        },
    )


def _weighed(network: DeliveryNetwork, weights: Weights) -> Iterable[tuple[str | None, set[str], Fraction]]:
    """(the station whose own weight it is, the deliveries whose way leads to it, weight) of every weight."""
    for station, weight in weights.stations.items():
        yield station, network.reaching(station), weight
    for delivery, weight in weights.deliveries.items():
        yield None, network.backward([delivery]) | {delivery}, weight


def _add(covered: dict[str, _Covered], names: Iterable[str], weight: Fraction) -> None:
    for name in names:
        if name in covered:
            covered[name] = covered[name].with_weight(weight)


def _on_the_way_back(network: DeliveryNetwork, observed: Observed) -> tuple[Collection[str], Collection[str]]:
    into = {name for station in observed.stations for name in network.incoming(station)}
    asked = into | observed.deliveries
    return network.stations_backward(asked), into | network.backward(asked)


def _on_the_way_forth(
    network: DeliveryNetwork, observed: Observed
) -> tuple[Collection[str], Collection[str]]:
    out = {name for station in observed.stations for name in network.outgoing(station)}
    asked = out | observed.deliveries
    return network.stations_forward(asked), out | network.forward(asked)


def _scored(one: _Covered, total: _Covered, most: Fraction, back: bool, forth: bool) -> Score:
    return Score(
        score=_over(one.net, max(total.above, total.below)),
        normalized=_over(one.net, most),
        positive=_over(one.above, total.above),
        negative=_over(one.below, total.below),
        backward=back,
        forward=forth,
    )


def _over(part: Fraction, whole: Fraction) -> Fraction:
    return part / whole if whole else _NONE
