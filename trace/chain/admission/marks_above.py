"""Open marks that come down to a lot from lots above it, as a batch of statements sees them.

What is stored is asked through the port, what the batch itself has changed stands in its overlay: its links,
claims and links of old in the place of the stored ones of the same id, its lots with the marks that are open
on them now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from trace.chain.admission.claimed_ways import logged_at, ways_of
from trace.chain.admission.packings_known import KnownPackings
from trace.chain.chain_state import ChainState
from trace.chain.effects import Mark
from trace.chain.lineage.arcs import DOWN, FAR, UP, Direction, Opening
from trace.chain.lineage.burdens import Burdens, burdens_above
from trace.chain.lineage.packings import FAILED, NO_PACKINGS, Packings, drawn
from trace.chain.lineage.reach import EVERYTHING, MarkedLots, Passage
from trace.frozen import quickly_made

UNDER_ORDER: Final = "source-under-order"
"""Code of an order that comes down through a claim or a link of old: it closes gates and tells nothing."""


@quickly_made
@dataclass(frozen=True, slots=True)
class Spread:
    """Which marks come down: `spreads(mark, urn of its lot)` along links and pairs; codes of `orders` through
    claims too; and through a link of old besides those of `tests` noted before it was taken away."""

    spreads: Callable[[Mark, str], bool]
    orders: Collection[str]
    tests: Collection[str]


def marks_above(known: ChainState, lot: int, spread: Spread) -> list[tuple[str, Mark]]:
    """The open marks that come down to `lot`, with the urns of their lots; by mark id.

    An order that is only possible here stands with the urn of `lot` itself, without figures.
    """
    return _coming_down(known, lot, spread, burdens_above(_BatchGraph(known, spread), lot))


def tests_above(
    known: ChainState, lot: int, spread: Spread
) -> tuple[list[tuple[str, Mark]], list[tuple[str, Mark]]]:
    """As `marks_above`; and apart the failed tests of other packings of a production batch, where one of that
    batch is above `lot` or is it."""
    burdens = burdens_above(_BatchGraph(known, spread), lot)
    above = _coming_down(known, lot, spread, burdens)
    told = {mark.id for _, mark in above}
    return above, [each for each in _borne(known, burdens) if each[1].id not in told]


def _borne(known: ChainState, burdens: Burdens) -> list[tuple[str, Mark]]:
    failed = burdens.failed_beside()
    found = [
        (urn, mark)
        for urn, mark in (_marks_on(known, failed) if failed else ())
        if mark.code == FAILED and mark.lot is not None
        if _is_borne(known, burdens, mark.lot, mark)
    ]
    return sorted(found, key=lambda each: each[1].id)


def _is_borne(known: ChainState, burdens: Burdens, failed: int, mark: Mark) -> bool:
    noted = logged_at(known, mark.id)
    return bool(burdens.bearing(failed, drawn(mark.params, noted), noted))


def _coming_down(known: ChainState, lot: int, spread: Spread, burdens: Burdens) -> list[tuple[str, Mark]]:
    found = []
    for urn, mark in _marks_on(known, burdens.lots):
        on = -1 if mark.lot is None else mark.lot
        if on in burdens.whole:
            if spread.spreads(mark, urn):
                found.append((urn, mark))
        elif on in burdens.orders and mark.code in spread.orders:
            found.append((known.lot_urns.get(lot, ""), under_order(mark, lot)))
        elif mark.code in spread.tests and logged_at(known, mark.id) < burdens.before.get(on, 0):
            found.append((urn, mark))
    return sorted(found, key=lambda each: each[1].id)


def under_order(mark: Mark, lot: int) -> Mark:
    """An order as one is told of it who has claimed the goods: its gates and its rule, nothing else."""
    return Mark(mark.id, mark.rule, UNDER_ORDER, lot, mark.gates, {})


def _marks_on(known: ChainState, lots: Iterable[int]) -> Iterator[tuple[str, Mark]]:
    unread = []
    for lot in lots:
        one = known.lot_of(lot)
        if one is None:
            unread.append(lot)
        else:
            yield from ((one.urn, mark) for mark in one.marks)
    if unread:
        yield from known.stored.marks_on(unread)


class _BatchGraph:
    """The port of the search: what is stored, with what the batch has made of it."""

    def __init__(self, known: ChainState, spread: Spread) -> None:
        self._known, self._spread = known, spread
        self._openings: dict[int, Opening | None] = {}

    @property
    def cost(self) -> int:
        return self._known.stored.cost

    def passages(self, lots: Collection[int], way: Direction, most: int) -> Collection[Passage] | None:
        stored = self._known.stored.passages(lots, way, most)
        if stored is None:
            return None
        ends = self._ends[way]
        own = [one for lot in lots for one in ends.get(lot, ())]
        return [*(one for one in stored if not self._is_changed(one)), *own]

    def opening(self, lot: int, before: int) -> Opening | None:
        if lot not in self._restated:
            return self._known.stored.opening(lot, before)
        if lot not in self._openings:
            self._openings[lot] = self._opening(lot)
        return self._openings[lot]

    def _opening(self, lot: int) -> Opening | None:
        """From all links into a lot of which the batch has changed or made some."""
        arrived = self._arrivals(lot)
        if not arrived:
            return None
        return Opening(
            min(come for come, _ in arrived),
            min(self._stated(upper) if come == -FAR else come for come, upper in arrived),
        )

    def _stated(self, lot: int) -> int:
        return min((come for come, _ in self._arrivals(lot)), default=-FAR)

    def _arrivals(self, lot: int) -> list[tuple[int, int]]:
        """(earliest arrival, upper lot) of the links into a lot, but for timeless ones between firms."""
        into = self.passages([lot], UP, FAR) or ()
        return [
            (come, upper)
            for _, upper, _, come, _, passes, between in into
            if passes == EVERYTHING and not (between and come == -FAR)
        ]

    def marked(self, most: int) -> Collection[int] | None:
        return self._all.marked(most)

    def marked_among(self, lots: Collection[int]) -> Collection[int]:
        return self._all.marked_among(lots)

    def ordered(self) -> MarkedLots | None:
        stored, orders = self._known.stored.ordered(), self._spread.orders
        return None if stored is None else _Marked(stored, self._bearing(lambda mark, _: mark.code in orders))

    def has_former(self) -> bool:
        return bool(self._known.formers) or self._known.stored.has_former()

    @cached_property
    def packings(self) -> Packings:
        """None where tests are not asked for."""
        return KnownPackings(self._known) if FAILED in self._spread.tests else NO_PACKINGS

    @cached_property
    def _all(self) -> _Marked:
        return _Marked(self._known.stored, self._bearing(self._spread.spreads))

    def _bearing(self, bears: Callable[[Mark, str], bool]) -> frozenset[int]:
        """Lots that the batch knows, by the marks that are open on them now."""
        known = self._known
        return frozenset(
            one.id
            for mark in known.marks.values()
            if mark.lot is not None and (one := known.lot_of(mark.lot)) is not None and bears(mark, one.urn)
        )

    def _is_changed(self, stored: Passage) -> bool:
        """Whether the overlay has the last word on it."""
        link, passes = stored[0], stored[5]
        if link < 0:
            return -link in self._known.formers
        return link in (self._known.links if passes == EVERYTHING else self._known.claims)

    @cached_property
    def _restated(self) -> frozenset[int]:
        """The lots into which links of the batch lead, also those that it has taken away."""
        return frozenset(link.to_lot for link in self._known.links.values())

    @cached_property
    def _ends(self) -> dict[Direction, dict[int, list[Passage]]]:
        """The batch's own ways by the lot that they are followed from."""
        down: defaultdict[int, list[Passage]] = defaultdict(list)
        up: defaultdict[int, list[Passage]] = defaultdict(list)
        for one in ways_of(self._known):
            down[one[1]].append(one)
            up[one[2]].append(one)
        return {DOWN: down, UP: up}


class _Marked:
    """Marked lots: those stored, and those that the batch has marked."""

    def __init__(self, stored: MarkedLots, marked: frozenset[int]) -> None:
        self._stored, self._marked = stored, marked

    @property
    def cost(self) -> int:
        return self._stored.cost

    def marked(self, most: int) -> Collection[int] | None:
        stored = self._stored.marked(most)
        return None if stored is None else self._marked.union(stored)

    def marked_among(self, lots: Collection[int]) -> Collection[int]:
        return self._marked.intersection(lots).union(self._stored.marked_among(lots))
