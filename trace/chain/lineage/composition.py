"""The composition of one lot, asked from its end: how much of it each lot above has brought.

`shares.contributions` carries a share of every source along every link. Here one number a lot goes up: how
much of the end it is part of. That costs as much as the links, whatever the number of sources, and gives the
same exact shares; rings are the same equations, transposed. Where an amount is missing shares are bounds that
depend on each other, and the long way is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from trace.chain.lineage.arcs import FAR, Arc
from trace.chain.lineage.mixing import ONE, ZERO, Work
from trace.chain.lineage.rings import solve
from trace.chain.lineage.shares import Contribution, Share, amounts_of, contributions
from trace.chain.lineage.versions import Draw, Unrolled, Version, components, unroll
from trace.quantities import Quantity

_Portions = list[tuple[Version, Fraction]]


def composition(
    arcs: Iterable[Arc],
    lot: int,
    *,
    capacity: Mapping[int, Quantity] | None = None,
    draws: Mapping[int, Sequence[Draw]] | None = None,
    work: int | None = None,
) -> Contribution:
    """The shares of all sources in a lot, as `contributions` gives them."""
    flows = list(arcs)
    unrolled = unroll(flows, frozenset(), draws)
    end = unrolled.at(lot, FAR)
    order = list(components(unrolled, [end]))
    portions = {version: _portions(unrolled, version) for ring in order for version in ring}
    known = {version: found for version, found in portions.items() if found is not None}
    if len(known) < len(portions):
        return contributions(flows, [lot], capacity=capacity, draws=draws, work=work)[lot]
    return _Ascent(known, Work(work)).from_end(lot, end, order)


def _portions(unrolled: Unrolled, version: Version) -> _Portions | None:
    """What part of a version came from each one above; None where an amount is not known.

    Empty for a source, and for a lot whose inputs all brought nothing.
    """
    inputs = unrolled.inputs(version)
    if len(inputs) == 1:
        return [(inputs[0][0], ONE)]
    amounts = [amount for amount, _ in amounts_of([flow for _, flow in inputs], {})]
    known = [amount for amount in amounts if amount is not None]
    if len(known) < len(amounts):
        return None
    total = sum(known, ZERO)
    return [(upper, amount / total) for (upper, _), amount in zip(inputs, known, strict=True) if amount]


class _Ascent:
    """How much of the end every version is part of, from the end up."""

    def __init__(self, portions: Mapping[Version, _Portions], work: Work) -> None:
        self._portions = portions
        self._work = work
        self._part: defaultdict[Version, Fraction] = defaultdict(Fraction)
        self._shares: defaultdict[int, Fraction] = defaultdict(Fraction)
        self._undetermined: set[int] = set()

    def from_end(self, lot: int, end: Version, order: Sequence[list[Version]]) -> Contribution:
        self._part[end] = ONE
        for ring in reversed(order):
            if len(ring) > 1 or any(upper == ring[0] for upper, _ in self._portions[ring[0]]):
                self._solve(ring)
            for version in ring:
                self._pass_on(version, set(ring))
        shares = [Share(source, part, part) for source, part in self._shares.items() if part]
        shares.sort(key=lambda share: (-share.high, share.source))
        return Contribution(
            lot,
            tuple(shares),
            ZERO,
            frozenset(share.source for share in shares if share.source in self._undetermined),
        )

    def _solve(self, ring: list[Version]) -> None:
        places = {version: place for place, version in enumerate(sorted(ring))}
        weights: list[dict[int, Fraction]] = [{} for _ in ring]
        for version, place in places.items():
            for upper, portion in self._portions[version]:
                if upper in places:
                    row = weights[places[upper]]
                    row[place] = row.get(place, ZERO) + portion
        solved = solve(weights, [{0: self._part[version]} for version in places], self._work)
        for version, place in places.items():
            if solved is None:
                self._undetermined.add(version.lot)
                self._shares[version.lot] += self._part.pop(version, ZERO)
            else:
                self._part[version] = solved[place].get(0, ZERO)

    def _pass_on(self, version: Version, ring: set[Version]) -> None:
        part = self._part.pop(version, ZERO)
        if not part:
            return
        portions = self._portions[version]
        self._work.take_fractions(len(portions), part.denominator)
        if not portions:
            self._shares[version.lot] += part
            if version.arrived:
                self._undetermined.add(version.lot)
        for upper, portion in portions:
            if upper not in ring:
                self._part[upper] += part * portion
