"""Arcs of the lot graph, and the port that fetches them level by level.

An arc is one signed link: `taken` left the upper lot within `departure`, `given` reached the lower lot within
`arrival`. Either end of either time may be unknown. Lots and links are row ids; `statement` is the id of the
signed record that states the link.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from trace.chain.effects import Interval
from trace.quantities import Quantity

DISPUTED: Final = "disputed"
SUPERSEDED: Final = "superseded"
UNKNOWN: Final = Interval(None, None)

FAR: Final = 10**18
"""Microseconds beyond every datetime: -FAR is "since ever", FAR is "for ever"."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Arc:
    """One link of the lot graph; `from_lot` is above (nearer the field), `to_lot` below."""

    link_id: int
    from_lot: int
    to_lot: int
    kind: str
    taken: Quantity | None
    given: Quantity | None
    departure: Interval
    arrival: Interval
    state: str
    statement: str

    @property
    def contradictory(self) -> bool:
        """Whether the arc is stated to arrive before it leaves; its times then count as unknown."""
        left, arrived = self.departure.earliest, self.arrival.latest
        return left is not None and arrived is not None and arrived < left

    def window(self) -> tuple[int, int]:
        """(earliest arrival a⁻, latest departure d⁺) in microseconds since 1970, ∓FAR where unknown.

        What leaves cannot arrive earlier, so either end lends its known bound to the other.
        """
        if self.contradictory:
            return -FAR, FAR
        leaving, arriving = self.departure, self.arrival
        come = max(ticks(leaving.earliest, -FAR), ticks(arriving.earliest, -FAR))
        leave = min(ticks(leaving.latest, FAR), ticks(arriving.latest, FAR))
        return come, leave


class LotGraph(Protocol):
    """The source of arcs. Each call is one level: one indexed query in the store."""

    def arcs_above(self, lots: Sequence[int]) -> Iterable[Arc]:
        """All arcs whose `to_lot` is one of `lots`."""
        ...

    def arcs_below(self, lots: Sequence[int]) -> Iterable[Arc]:
        """All arcs whose `from_lot` is one of `lots`."""
        ...


class GraphInMemory:
    """A lot graph held in memory, for traces of parts that are already loaded."""

    def __init__(self, arcs: Iterable[Arc]) -> None:
        self._above: defaultdict[int, list[Arc]] = defaultdict(list)
        self._below: defaultdict[int, list[Arc]] = defaultdict(list)
        for arc in arcs:
            self._above[arc.to_lot].append(arc)
            self._below[arc.from_lot].append(arc)

    def arcs_above(self, lots: Sequence[int]) -> Iterable[Arc]:
        return [arc for lot in lots for arc in self._above.get(lot, ())]

    def arcs_below(self, lots: Sequence[int]) -> Iterable[Arc]:
        return [arc for lot in lots for arc in self._below.get(lot, ())]


def ticks(moment: datetime | None, unknown: int) -> int:
    """Whole microseconds since 1970, or `unknown`."""
    return unknown if moment is None else (moment - _EPOCH) // _MICROSECOND


def moment_of(count: int) -> datetime | None:
    """The inverse of `ticks`; None for ±FAR."""
    return None if abs(count) >= FAR else _EPOCH + count * _MICROSECOND
