"""Arcs of the lot graph, and the port that fetches them level by level.

An arc is one signed link: `taken` left the upper lot within `departure`, `given` reached the lower lot within
`arrival`. Either end of either time may be unknown. Lots and links are row ids; `statement` is the id of the
signed record that states the link. A trace decides by a link's integers alone (`LinkRow`); amounts, kinds and
records are asked for afterwards, of the links that are shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, NamedTuple, Protocol

from trace.chain.effects import Interval
from trace.quantities import Quantity

SIGNED: Final = "signed"
DISPUTED: Final = "disputed"
SUPERSEDED: Final = "superseded"
UNKNOWN: Final = Interval(None, None)

Direction = Literal["up", "down"]
UP: Final[Direction] = "up"
DOWN: Final[Direction] = "down"

LinkRow = tuple[int, int, int, str, int | None, int | None, int | None, int | None, int | bool]
"""(near lot, far lot, link, state, departure from, to, arrival from, to, between firms), near first in the
direction of a trace; times in microseconds since 1970, None where unknown."""

BETWEEN_FIRMS: Final = ("receive", "return")
"""Kinds of link whose two ends two firms speak of, each by its own clock: no time ever cuts them."""

CONTACT: Final = "contact"
"""Kind of the link from a packaging material to what was packed in it: all of that it may have touched, and
none of that is made of it. A trace follows it; shares do not."""

FAR: Final = 10**18
"""Microseconds beyond every datetime: -FAR is "since ever", FAR is "for ever"."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Opening(NamedTuple):
    """When the first of what a lot contains had arrived, in microseconds; -FAR: not known, or since ever.

    `stated` by the links into it alone; `first` also by what came into the lots above, where a link between
    does not say when it arrived.
    """

    stated: int
    first: int


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

    @property
    def between_firms(self) -> bool:
        """Whether its ends were timed by two clocks."""
        return self.kind in BETWEEN_FIRMS

    @property
    def timeless(self) -> bool:
        """Whether it is between firms and does not say when it arrived."""
        return self.between_firms and self.window()[0] == -FAR

    def window(self) -> tuple[int, int]:
        """(earliest arrival a⁻, latest departure d⁺) in microseconds since 1970, ∓FAR where unknown."""
        return window_of(*self._times())

    def row(self, direction: Direction) -> LinkRow:
        """What a trace in that direction follows of the arc."""
        ends = (self.from_lot, self.to_lot) if direction == DOWN else (self.to_lot, self.from_lot)
        return (*ends, self.link_id, self.state, *self._times(), self.between_firms)

    def _times(self) -> tuple[int | None, int | None, int | None, int | None]:
        left, arrived = self.departure, self.arrival
        return ticks(left.earliest), ticks(left.latest), ticks(arrived.earliest), ticks(arrived.latest)


class LotGraph(Protocol):
    """Where links come from: at once, or level by level."""

    def walk(
        self, start: Collection[int], direction: Direction, most: int | None
    ) -> Iterable[LinkRow] | None:
        """The links of everything connected to `start`, superseded ones excepted, by near lots.

        Of more than `most` lots those nearest; None where the graph goes level by level only.
        """
        ...

    def links(self, lots: Sequence[int], direction: Direction) -> Iterable[LinkRow]:
        """One level: all links whose near end is one of `lots`."""
        ...

    def arcs_above(self, lots: Sequence[int]) -> Iterable[Arc]:
        """All arcs whose `to_lot` is one of `lots`."""
        ...

    def arcs_below(self, lots: Sequence[int]) -> Iterable[Arc]:
        """All arcs whose `from_lot` is one of `lots`."""
        ...

    def openings(self, lots: Collection[int], signed_only: bool) -> Mapping[int, Opening]:
        """When the first contents of these lots had arrived; a lot without links above is not in the answer.

        Superseded links do not count, nor those between firms of unknown time, nor disputed ones if
        `signed_only`.
        """
        ...

    def statements_of(self, links: Collection[int]) -> Mapping[int, str]:
        """Link id -> the id of the record that states it."""
        ...


class GraphInMemory:
    """A lot graph held in memory, for traces of parts that are already loaded."""

    def __init__(self, arcs: Iterable[Arc]) -> None:
        self._above: defaultdict[int, list[Arc]] = defaultdict(list)
        self._below: defaultdict[int, list[Arc]] = defaultdict(list)
        for arc in arcs:
            self._above[arc.to_lot].append(arc)
            self._below[arc.from_lot].append(arc)

    def walk(self, start: Collection[int], direction: Direction, most: int | None) -> None:
        """None: nothing is saved by asking memory once."""

    def links(self, lots: Sequence[int], direction: Direction) -> Iterable[LinkRow]:
        arcs = self.arcs_below(lots) if direction == DOWN else self.arcs_above(lots)
        return [arc.row(direction) for arc in arcs]

    def arcs_above(self, lots: Sequence[int]) -> Iterable[Arc]:
        return [arc for lot in lots for arc in self._above.get(lot, ())]

    def arcs_below(self, lots: Sequence[int]) -> Iterable[Arc]:
        return [arc for lot in lots for arc in self._below.get(lot, ())]

    def openings(self, lots: Collection[int], signed_only: bool) -> Mapping[int, Opening]:
        refused = {SUPERSEDED, DISPUTED} if signed_only else {SUPERSEDED}
        counted = {
            lot: [(arc.window()[0], arc.from_lot) for arc in arcs]
            for lot, above in self._above.items()
            if (arcs := [arc for arc in above if arc.state not in refused and not arc.timeless])
        }
        stated = {lot: min(come for come, _ in inputs) for lot, inputs in counted.items()}
        return {
            lot: Opening(
                stated[lot],
                min(stated.get(upper, -FAR) if come == -FAR else come for come, upper in counted[lot]),
            )
            for lot in lots
            if lot in counted
        }

    def statements_of(self, links: Collection[int]) -> Mapping[int, str]:
        wanted = set(links)
        found = (arc for arcs in self._below.values() for arc in arcs if arc.link_id in wanted)
        return {arc.link_id: arc.statement for arc in found}


def window_of(left: int | None, gone: int | None, came: int | None, there: int | None) -> tuple[int, int]:
    """(earliest arrival a⁻, latest departure d⁺) of a link that left within `left`…`gone` and arrived within
    `came`…`there`, ∓FAR where unknown.

    What leaves cannot arrive earlier, so either end lends its known bound to the other; what is stated to
    arrive before it leaves has no times at all.
    """
    if left is not None and there is not None and there < left:
        return -FAR, FAR
    if left is None or (came is not None and came > left):
        left = came
    if gone is None or (there is not None and there < gone):
        gone = there
    return -FAR if left is None else left, FAR if gone is None else gone


def ticks(moment: datetime | None) -> int | None:
    """Whole microseconds since 1970, None for an unknown time."""
    return None if moment is None else (moment - _EPOCH) // _MICROSECOND


def moment_of(count: int) -> datetime | None:
    """The inverse of `ticks`; None for ±FAR."""
    return None if abs(count) >= FAR else _EPOCH + count * _MICROSECOND
