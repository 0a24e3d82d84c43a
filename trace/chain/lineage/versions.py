"""Lots unrolled by time: what a lot contained at the moment when something was taken from it.

A silo that was drawn from on day 3 and refilled on day 5 is two versions of one lot; a batch that takes back
its own rework takes back an earlier version of itself. A version is (lot, how many inflows had arrived, the
latest time that matters above). Where times are unknown every inflow counts, and rings may remain;
`components` gives them, inputs first. What times may not do is said in `clocks`, and holds here likewise.

Of a lot that was drawn from before it was refilled, only the rest is mixed with what came in then: such a
version is made of the version before it and of the latest inflows (`Rest`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, NamedTuple

from trace.chain.lineage.arcs import FAR, SUPERSEDED, Arc
from trace.quantities import Quantity

_STATEMENT: Final = -256
"""The part of a row id that names the statement (`trace.chain.ids`)."""


class Version(NamedTuple):
    """`arrived` inflows of `lot`, none of which left its own upper lot after `cutoff` (microseconds)."""

    lot: int
    arrived: int
    cutoff: int


class Draw(NamedTuple):
    """What left a lot, or was lost in it, by `until` (microseconds); None: an unknown amount."""

    until: int
    amount: Quantity | None


class Rest(NamedTuple):
    """What was left of a lot when more came in: `amount` base units, or at most `most`."""

    dimension: str
    amount: Fraction | None
    most: Fraction | None


Flow = Arc | Rest


@dataclass(frozen=True, slots=True)
class _Inflows:
    arcs: list[Arc]  # by earliest arrival
    comes: list[int]  # of links between firms: since ever
    first: int  # when the first contents had arrived
    leaves: list[int]
    last: list[int]  # last[k]: the latest departure among the first k + 1


@dataclass(frozen=True, slots=True)
class Unrolled:
    """The versions reachable from some targets, made on demand. `sources` count as pure whatever flows in."""

    inflows: Mapping[int, _Inflows]
    sources: frozenset[int]
    draws: Mapping[int, Sequence[Draw]] = field(default_factory=dict)
    _inputs: dict[Version, list[tuple[Version, Flow]]] = field(default_factory=dict)

    def at(self, lot: int, time: int) -> Version:
        """The version of `lot` from which something was taken at the latest at `time`."""
        known = self.inflows.get(lot)
        if known is None or lot in self.sources:
            return Version(lot, 0, 0)
        time = max(time, known.first)
        arrived = bisect_right(known.comes, time)
        return Version(lot, arrived, min(time, known.last[arrived - 1]))

    def inputs(self, version: Version) -> list[tuple[Version, Flow]]:
        """What makes up this version: each upper lot as it was when its part left."""
        found = self._inputs.get(version)
        if found is None:
            found = []
            if version.arrived:
                known = self.inflows[version.lot]
                rest, begin = self._rest(version, known)
                if rest is not None:
                    found.append(
                        (Version(version.lot, begin, min(version.cutoff, known.last[begin - 1])), rest)
                    )
                for at in range(begin, version.arrived):
                    arc, leave = known.arcs[at], known.leaves[at]
                    free = arc.between_firms or leave < self._first(arc.from_lot)
                    found.append((self.at(arc.from_lot, FAR if free else min(version.cutoff, leave)), arc))
            self._inputs[version] = found
        return found

    def _rest(self, version: Version, known: _Inflows) -> tuple[Rest | None, int]:
        """What was left when the latest inflows of this version came, and how many inflows were before them.

        (None, 0) where everything that ever came in counts alike: nothing had left by then.
        """
        draws = self.draws.get(version.lot, ())
        latest = known.comes[version.arrived - 1]
        begin = bisect_left(known.comes, latest)
        gone = [draw.amount for draw in draws if draw.until <= latest]
        amounts = [arriving(arc) for arc in known.arcs[:begin]]
        units = {amount.dimension for amount in (*amounts, *gone) if amount is not None}
        if not begin or not gone or len(units) != 1:
            return None, 0
        came = sum((amount.base for amount in amounts if amount is not None), Fraction(0))
        left = came - sum((amount.base for amount in gone if amount is not None), Fraction(0))
        exact = None not in amounts and None not in gone
        (dimension,) = units
        left = max(left, Fraction(0))
        return Rest(dimension, left if exact else None, None if None in amounts else left), begin

    def _first(self, lot: int) -> int:
        known = self.inflows.get(lot)
        return -FAR if known is None else known.first


def arriving(arc: Arc) -> Quantity | None:
    """The amount that counts in the lower lot's pool: what arrived, or else what was taken."""
    return arc.taken if arc.given is None else arc.given


def unroll(
    arcs: Iterable[Arc], sources: frozenset[int], draws: Mapping[int, Sequence[Draw]] | None = None
) -> Unrolled:
    """Arcs that bring nothing (zero) or are superseded do not count. `draws` are what left lots that were
    refilled."""
    above: dict[int, list[tuple[int, int, int, Arc]]] = {}
    for arc in arcs:
        amount = arriving(arc)
        if arc.state != SUPERSEDED and (amount is None or amount):
            come, leave = arc.window()
            above.setdefault(arc.to_lot, []).append((come, arc.link_id, leave, arc))
    inflows = {}
    timed = {lot: [row for row in into if not row[3].timeless] for lot, into in above.items()}
    stated = {lot: min(come for come, *_ in into) for lot, into in timed.items() if into}
    for lot, into in above.items():
        arrived = {
            link: stated.get(arc.from_lot, -FAR) if come == -FAR else come
            for come, link, _, arc in timed[lot]
        }
        found = [
            (-FAR if arc.between_firms else arrived[link], link, leave, arc) for _, link, leave, arc in into
        ]
        found.sort(key=_by_arrival)
        leaves = [leave for _, _, leave, _ in found]
        inflows[lot] = _Inflows(
            [arc for *_, arc in found],
            [come for come, *_ in found],
            min(arrived.values(), default=-FAR),
            leaves,
            _running_maximum(leaves),
        )
    return Unrolled(inflows, sources, draws or {})


def refilled(arcs: Iterable[Arc]) -> set[int]:
    """The lots into which something came at more than one time."""
    first: dict[int, int] = {}
    found = set()
    for arc in arcs:
        if arc.state != SUPERSEDED and first.setdefault(arc.to_lot, arc.window()[0]) != arc.window()[0]:
            found.add(arc.to_lot)
    return found


def draws_of(arcs: Iterable[Arc], gone: Iterable[tuple[int, int, Quantity, int]]) -> dict[int, list[Draw]]:
    """What left lots by the links below and above them, and without a link: (lot, statement, amount, time).

    What a process lost had gone when its own links had left.
    """
    draws: dict[int, list[Draw]] = {}
    ended: dict[tuple[int, int], int] = {}
    for arc in arcs:
        if arc.state != SUPERSEDED:
            leave = arc.window()[1]
            draws.setdefault(arc.from_lot, []).append(Draw(leave, arc.taken))
            for lot in (arc.from_lot, arc.to_lot):
                at = lot, arc.link_id & _STATEMENT
                ended[at] = max(ended.get(at, -FAR), leave)
    for lot, statement, amount, occurred_at in gone:
        draws.setdefault(lot, []).append(Draw(ended.get((lot, statement), occurred_at), amount))
    return draws


def _by_arrival(row: tuple[int, int, int, Arc]) -> tuple[int, int]:
    return row[0], row[1]


def _running_maximum(values: list[int]) -> list[int]:
    highest, running = -FAR, []
    for value in values:
        highest = max(highest, value)
        running.append(highest)
    return running


def components(unrolled: Unrolled, targets: Iterable[Version]) -> Iterator[list[Version]]:
    """Strongly connected components of the versions above `targets`, inputs before outputs (Tarjan 1972).

    Iterative, because a chain of lots may be longer than the interpreter's stack.
    """
    search = _Search(unrolled)
    for target in targets:
        if target not in search.order:
            yield from search.walk(target)


@dataclass(slots=True)
class _Search:
    unrolled: Unrolled
    order: dict[Version, int] = field(default_factory=dict)
    low: dict[Version, int] = field(default_factory=dict)
    waiting: list[Version] = field(default_factory=list)
    on_stack: set[Version] = field(default_factory=set)

    def walk(self, root: Version) -> Iterator[list[Version]]:
        work = [(root, self._enter(root))]
        while work:
            version, rest = work[-1]
            following = next(rest, None)
            if following is None:
                work.pop()
                if work:
                    self._lower(work[-1][0], self.low[version])
                if self.low[version] == self.order[version]:
                    yield self._leave(version)
            elif following not in self.order:
                work.append((following, self._enter(following)))
            elif following in self.on_stack:
                self._lower(version, self.order[following])

    def _enter(self, version: Version) -> Iterator[Version]:
        self.order[version] = self.low[version] = len(self.order)
        self.waiting.append(version)
        self.on_stack.add(version)
        return iter([upper for upper, _ in self.unrolled.inputs(version)])

    def _lower(self, version: Version, bound: int) -> None:
        self.low[version] = min(self.low[version], bound)

    def _leave(self, root: Version) -> list[Version]:
        component = []
        while True:
            version = self.waiting.pop()
            self.on_stack.remove(version)
            component.append(version)
            if version == root:
                return component
