"""Proportional contribution: the exact share of every source lot in a lot.

x(lot) = Σ q/Σq · x(upper lot), sources are pure. Assumption, printed with every result: a pool is homogeneous
and losses take all sources alike. Lots are unrolled by time (`versions`), so that shares agree with the timed
closure; rings that remain are solved as linear equations over the rationals. A lot whose origin cannot be
determined stands in the answer as a source of its own and is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from trace.chain.lineage.arcs import FAR, Arc
from trace.chain.lineage.mixing import (
    ONE,
    REMAINDER,
    ZERO,
    Bounded,
    Exact,
    Inflow,
    Mix,
    Work,
    cut,
    exact_from,
    merge_sources,
    pour,
    pure,
    ranges_of,
)
from trace.chain.lineage.rings import solve
from trace.chain.lineage.versions import (
    Draw,
    Flow,
    Rest,
    Unrolled,
    Version,
    arriving,
    components,
    unroll,
)
from trace.quantities import Quantity


@dataclass(frozen=True, slots=True)
class Share:
    """The share of `source` in a lot: between `low` and `high`, equal where the records suffice."""

    source: int
    low: Fraction
    high: Fraction

    @property
    def exact(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Contribution:
    """The composition of one lot, largest shares first.

    Exact shares and `remainder` (what `keep` cut off) sum to 1. `undetermined` are those sources whose own
    origin the records leave in a ring without inflow.
    """

    lot: int
    shares: tuple[Share, ...]
    remainder: Fraction
    undetermined: frozenset[int]

    @property
    def exact(self) -> bool:
        return all(share.exact for share in self.shares)

    def of(self, source: int) -> Share:
        """The share of `source`; a source that is not there has none (or up to the remainder)."""
        for share in self.shares:
            if share.source == source:
                return share
        return Share(source, ZERO, self.remainder)


def contributions(
    arcs: Iterable[Arc],
    targets: Sequence[int],
    *,
    sources: frozenset[int] = frozenset(),
    capacity: Mapping[int, Quantity] | None = None,
    keep: int | None = None,
    draws: Mapping[int, Sequence[Draw]] | None = None,
    work: int | None = None,
) -> dict[int, Contribution]:
    """The composition of every target from the lots without inflow among `arcs` (and from `sources`).

    `capacity` bounds an unrecorded amount by the upper lot's own quantity. `keep` limits every composition to
    its largest shares; what it drops is summed in `remainder`, and the shares shown become lower bounds.
    `draws` say of refilled lots what had left them when: only the rest is mixed with what came then.
    `work` is how much is done at most (`mixing.Work`); raises WorkExceeded beyond it.
    """
    unrolled = unroll(arcs, sources, draws)
    mixer = _Mixer(unrolled, capacity or {}, keep, Work(work))
    final = {lot: unrolled.at(lot, FAR) for lot in targets}
    for component in components(unrolled, final.values()):
        mixer.add(component)
    return {lot: mixer.contribution(lot, version) for lot, version in final.items()}


def attribute(shipped: Quantity, contribution: Contribution) -> dict[int, Fraction]:
    """Source -> its part of `shipped`, in that unit; sums to the quantity exactly where shares are exact.

    A remainder stands under `mixing.REMAINDER`; bounded shares are attributed by their upper bound.
    """
    whole = Fraction(shipped.value)
    parts = {
        share.source: whole * (share.low if contribution.exact else share.high)
        for share in contribution.shares
    }
    if contribution.remainder:
        parts = {share.source: whole * share.low for share in contribution.shares}
        parts[REMAINDER] = whole * contribution.remainder
    return parts


def apportion(parts: Mapping[int, Fraction], places: int = 3) -> dict[int, Decimal]:
    """The parts rounded to `places` decimals so that they still sum to their (rounded) total.

    Largest remainders first, then the lower id (Hamilton's method).
    """
    scale = 10**places
    total = int(sum(parts.values(), ZERO) * scale + Fraction(1, 2))
    floors = {source: int(part * scale) for source, part in parts.items()}
    short = total - sum(floors.values())
    ranked = sorted(parts, key=lambda source: (floors[source] - parts[source] * scale, source))
    for source in ranked[:short]:
        floors[source] += 1
    return {source: Decimal(units).scaleb(-places) for source, units in sorted(floors.items())}


class _Mixer:
    """Compositions of versions, filled component by component, inputs first."""

    def __init__(
        self, unrolled: Unrolled, capacity: Mapping[int, Quantity], keep: int | None, work: Work
    ) -> None:
        self._unrolled = unrolled
        self._capacity = capacity
        self._keep = keep
        self._work = work
        self._mixes: dict[Version, Mix] = {}
        self._undetermined: set[int] = set()
        self._told: dict[int, tuple[tuple[Share, ...], Fraction, frozenset[int]]] = {}

    def add(self, component: list[Version]) -> None:
        inputs = self._unrolled.inputs(component[0])
        if len(component) > 1 or any(upper == component[0] for upper, _ in inputs):
            self._add_ring(component)
            return
        (version,) = component
        if version.arrived == 0:
            self._mixes[version] = pure(version.lot)
            return
        if len(inputs) == 1:
            self._mixes[version] = self._mixes[inputs[0][0]]
            return
        amounts = amounts_of([flow for _, flow in inputs], self._capacity)
        mix = pour(
            [Inflow(self._mixes[upper], *amount) for (upper, _), amount in zip(inputs, amounts, strict=True)],
            self._work,
        )
        self._keep_mix(version, mix)

    def contribution(self, lot: int, version: Version) -> Contribution:
        mix = self._mixes[version]
        told = self._told.get(id(mix))
        if told is None:
            told = self._told[id(mix)] = self._tell(mix)
        return Contribution(lot, *told)

    def _tell(self, mix: Mix) -> tuple[tuple[Share, ...], Fraction, frozenset[int]]:
        """Shares, remainder and undetermined sources; lots of one origin share one answer."""
        ranges = dict(ranges_of(mix))
        remainder = ranges.pop(REMAINDER, (ZERO, ZERO))[1]
        shares = [
            Share(source, low, min(high + remainder, ONE)) for source, (low, high) in ranges.items() if high
        ]
        shares.sort(key=lambda share: (-share.high, -share.low, share.source))
        return tuple(shares), remainder, frozenset(ranges) & self._undetermined

    def _keep_mix(self, version: Version, mix: Mix | None) -> None:
        if mix is None:
            self._undetermined.add(version.lot)
            mix = pure(version.lot)
        self._mixes[version] = mix if self._keep is None else cut(mix, self._keep)

    def _add_ring(self, ring: list[Version]) -> None:
        places = {version: place for place, version in enumerate(sorted(ring))}
        weights: list[dict[int, Fraction]] = []
        outside: list[dict[int, Fraction]] = []
        for version in sorted(ring):
            row = self._ring_row(version, places)
            if row is None:
                self._add_bounded_ring(ring)
                return
            weights.append(row[0])
            outside.append(row[1])
        solved = solve(weights, outside, self._work)
        for version, place in places.items():
            self._keep_mix(version, exact_from(solved[place]) if solved and solved[place] else None)

    def _ring_row(
        self, version: Version, places: Mapping[Version, int]
    ) -> tuple[dict[int, Fraction], dict[int, Fraction]] | None:
        """What of a version comes from within the ring and what from outside; None when not known exactly."""
        inputs = self._unrolled.inputs(version)
        amounts = [amount for amount, _ in amounts_of([flow for _, flow in inputs], self._capacity)]
        if len(inputs) == 1:
            amounts = [ONE]
        known = [amount for amount in amounts if amount is not None]
        total = sum(known, ZERO)
        within: dict[int, Fraction] = {}
        without: dict[int, Fraction] = {}
        if len(known) < len(amounts):
            return None
        for (upper, _), amount in zip(inputs, known, strict=True):
            fraction = amount / total if total else ZERO
            if upper in places:
                within[places[upper]] = within.get(places[upper], ZERO) + fraction
                continue
            mix = self._mixes[upper]
            if not isinstance(mix, Exact):
                return None
            for source, part in mix.parts.items():
                without[source] = without.get(source, ZERO) + fraction * Fraction(part, mix.whole)
        return within, without

    def _add_bounded_ring(self, ring: list[Version]) -> None:
        """With an amount missing inside a ring every source that flows in may be anything from 0 to 1."""
        members = set(ring)
        flows_in = merge_sources(
            self._mixes[upper]
            for version in ring
            for upper, _ in self._unrolled.inputs(version)
            if upper not in members
        )
        mix = Bounded(dict.fromkeys(sorted(flows_in), (ZERO, ONE))) if flows_in else None
        for version in ring:
            self._keep_mix(version, mix)


def amounts_of(
    flows: Sequence[Flow], capacity: Mapping[int, Quantity]
) -> list[tuple[Fraction | None, Fraction | None]]:
    """(amount, capacity) of each inflow in one unit: what arrived, or else what was taken.

    Amounts of another dimension than the first known one cannot be compared and count as unknown.
    """
    quantities = [None if isinstance(flow, Rest) else arriving(flow) for flow in flows]
    dimensions = [flow.dimension for flow in flows if isinstance(flow, Rest)]
    dimensions += [quantity.dimension for quantity in quantities if quantity is not None]
    dimension = next(iter(dimensions), None)
    found: list[tuple[Fraction | None, Fraction | None]] = []
    for flow, quantity in zip(flows, quantities, strict=True):
        if isinstance(flow, Rest):
            found.append((flow.amount, None if flow.amount is not None else flow.most))
            continue
        if quantity is not None and quantity.dimension == dimension:
            found.append((quantity.base, None))
            continue
        most = capacity.get(flow.from_lot)
        usable = bool(most) and most is not None and quantity is None and most.dimension == dimension
        found.append((None, most.base if most is not None and usable else None))
    return found
