"""Open marks on lots of which something may be in a lot, as a batch of statements sees them.

What is stored is asked through the port, what the batch itself has changed stands in its overlay: its links
in the place of the stored ones of the same id, its lots with the marks that are open on them now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from functools import cached_property

from trace.chain.chain_state import ChainState
from trace.chain.effects import Mark, NewLink
from trace.chain.lineage.arcs import DOWN, SUPERSEDED, UP, Arc, Direction
from trace.chain.lineage.reach import Passage, marked_above

Spreads = Callable[[Mark, str], bool]


def marks_above(known: ChainState, lot: int, spreads: Spreads) -> list[tuple[str, Mark]]:
    """The open marks for which `spreads(mark, urn of its lot)` holds on lots from which something may be in
    `lot`, consistent in time, with the urns of those lots; by mark id."""
    bearing: list[tuple[str, Mark]] = []
    unread = []
    for each in marked_above(_BatchGraph(known, spreads), lot):
        one = known.lot_of(each)
        if one is None:
            unread.append(each)
        else:
            bearing += [(one.urn, mark) for mark in one.marks]
    if unread:
        bearing += known.stored.marks_on(unread)
    return sorted((each for each in bearing if spreads(each[1], each[0])), key=lambda each: each[1].id)


class _BatchGraph:
    """The port of the search: what is stored, with what the batch has made of it."""

    def __init__(self, known: ChainState, spreads: Spreads) -> None:
        self._known = known
        self._marked = {
            one.id
            for mark in known.marks.values()
            if mark.lot is not None and (one := known.lot_of(mark.lot)) is not None and spreads(mark, one.urn)
        }

    @property
    def cost(self) -> int:
        return self._known.stored.cost

    def passages(self, lots: Collection[int], way: Direction, most: int) -> Collection[Passage] | None:
        stored = self._known.stored.passages(lots, way, most)
        if stored is None:
            return None
        changed, ends = self._known.links, self._ends[way]
        own = [_passage(link) for lot in lots for link in ends.get(lot, ())]
        return [*(one for one in stored if one[0] not in changed), *own]

    def marked(self, most: int) -> Collection[int] | None:
        stored = self._known.stored.marked(most)
        return None if stored is None else self._marked.union(stored)

    def marked_among(self, lots: Collection[int]) -> Collection[int]:
        return self._marked.intersection(lots).union(self._known.stored.marked_among(lots))

    @cached_property
    def _ends(self) -> dict[Direction, dict[int, list[NewLink]]]:
        """The batch's own links by the lot that they are followed from."""
        down: defaultdict[int, list[NewLink]] = defaultdict(list)
        up: defaultdict[int, list[NewLink]] = defaultdict(list)
        for link in self._known.links.values():
            if link.state != SUPERSEDED:
                down[link.from_lot].append(link)
                up[link.to_lot].append(link)
        return {DOWN: down, UP: up}


def _passage(link: NewLink) -> Passage:
    arc = Arc(
        link.id,
        link.from_lot,
        link.to_lot,
        link.kind,
        None,
        None,
        link.departure,
        link.arrival,
        link.state,
        "",
    )
    return link.id, link.from_lot, link.to_lot, *arc.window()
