"""Open spreading marks as they are stored, and the lot graph they spread in: a port of admission.

Everything else that a decision reads is loaded before; this is asked at the moment of an act, because how far
one has to look is known only then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from trace.chain.effects import Mark
from trace.chain.known_master import MasterBook
from trace.chain.lineage.arcs import Direction
from trace.chain.lineage.burdens import BurdenedGraph
from trace.chain.lineage.packings import NO_PACKINGS, Packings
from trace.chain.lineage.reach import MarkedLots, Passage


class StoredMarks(BurdenedGraph, Protocol):
    """The marked lots of the graph are those with an open mark whose code spreads."""

    def marks_on(self, lots: Collection[int]) -> Iterable[tuple[str, Mark]]:
        """The open marks of these lots, each with the urn of its lot."""
        ...

    def logged(self, rows_of: Collection[int]) -> Mapping[int, int]:
        """Row of a statement -> when its log took it, in microseconds."""
        ...

    def master_of(self, product: str) -> MasterBook:
        """Who may speak for a product."""
        ...

    def named(self, names: Collection[str]) -> Mapping[str, tuple[int, ...]]:
        """The lots that a claim means: by urn, by the statement that handed them over, or by a key."""
        ...

    def packed(self, cases: Collection[str]) -> Mapping[str, tuple[int, ...]]:
        """The lots of which something was ever put into these cases, or into cases in them and so on."""
        ...

    def waiting(self, names: Collection[str]) -> Iterable[tuple[int, str, int]]:
        """(claim, or link of old below zero, the name that it means, goods of who claims), by these names of
        lots and keys."""
        ...


@dataclass(frozen=True, slots=True)
class _NothingStored:
    """Before the first record, and for a chain that is held in memory as a whole."""

    cost: int = 0
    packings: Packings = NO_PACKINGS

    def passages(self, lots: Collection[int], way: Direction, most: int) -> Collection[Passage]:
        return ()

    def opening(self, lot: int, before: int) -> None:
        return None

    def marked(self, most: int) -> Collection[int]:
        return ()

    def marked_among(self, lots: Collection[int]) -> Collection[int]:
        return ()

    def ordered(self) -> MarkedLots:
        return self

    def has_former(self) -> bool:
        return False

    def marks_on(self, lots: Collection[int]) -> Iterable[tuple[str, Mark]]:
        return ()

    def logged(self, rows_of: Collection[int]) -> Mapping[int, int]:
        return {}

    def master_of(self, product: str) -> MasterBook:
        return MasterBook()

    def named(self, names: Collection[str]) -> Mapping[str, tuple[int, ...]]:
        return dict.fromkeys(names, ())

    def packed(self, cases: Collection[str]) -> Mapping[str, tuple[int, ...]]:
        return {}

    def waiting(self, names: Collection[str]) -> Iterable[tuple[int, str, int]]:
        return ()


NOTHING_STORED: Final = _NothingStored()
