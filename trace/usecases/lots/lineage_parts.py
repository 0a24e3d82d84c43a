"""What a trace found; lots and links are read a part at a time, so that a wide trace needs little memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, groupby, islice
from typing import Any, Final, NamedTuple, TypeVar

from trace.chain.effects import Mark
from trace.chain.lineage.closure import Closure
from trace.chain.lineage.open_ends import OpenEnd
from trace.chain.lineage.shares import Share
from trace.ledger.disclosure import stated_members
from trace.store.chain.master import read_counting
from trace.store.chain.rows import read_urns
from trace.store.lots import scope
from trace.store.lots.details import DisputeRow, LotRow, read_disputes, read_marks_by_lot
from trace.store.lots.gone import Gone, read_gone
from trace.store.lots.graph import StoredLotGraph
from trace.store.lots.newest_receivers import disclosed_in_force
from trace.store.lots.scope import Consignment, LotLine, ShownLink, ShownLot
from trace.store.lots.wide_graph import SideWay, row_of
from trace.store.transaction import Connection
from trace.usecases.lots.states_above import StatesAbove

AT_ONCE: Final = 2_000
_RECEIVER: Final = ("receiver", "receiverName", "receiverAddress")
Master = Mapping[str, Mapping[str, Any]]
Places = Mapping[tuple[str, str], Mapping[str, Any]]
"""(place, who made the lot) -> its master data as they count for that one."""
Paths = Mapping[int, list[str]]
_Value = TypeVar("_Value")


class Receiver(NamedTuple):
    """The receiver of a consignment, as far as anybody said."""

    urn: str | None
    name: str | None
    address: str | None


@dataclass(slots=True)
class LotParts:
    """The lots and links of a closure, by parts of `AT_ONCE`: a fixed number of queries each."""

    connection: Connection
    graph: StoredLotGraph
    closure: Closure
    sides: Mapping[int, SideWay] = field(default_factory=dict)
    _parties: set[str] | None = None

    def kinds(self, lots: Iterable[int]) -> Iterator[tuple[int, str]]:
        """Lot ids and kinds."""
        for part in parted(lots):
            yield from scope.kinds_of(self.connection, part).items()

    def urns(self, lots: Iterable[int]) -> dict[int, str]:
        """Lot id -> urn."""
        return {lot: urn for part in parted(lots) for lot, urn in read_urns(self.connection, part).items()}

    def lines(self, lots: Collection[int]) -> Iterator[tuple[list[LotLine], Paths]]:
        """The lots as rows of a report with their witness paths, in the order of their urns."""
        for part in parted(scope.lines_by_urn(self.connection, lots)):
            yield part, self._paths({line.id: line.statement for line in part})

    def lots(self, lots: Iterable[int]) -> Iterator[tuple[list[ShownLot], Paths]]:
        """The lots with their witness paths, part by part; `lots` come by id."""
        for part in parted(lots):
            found = scope.shown_lots(self.connection, part)
            yield found, self._paths({lot.id: lot.statement for lot in found})

    def bare_lots(self, lots: Iterable[int]) -> Iterator[list[ShownLot]]:
        """The lots alone, part by part: what is shown to everybody needs no witness."""
        for part in parted(lots):
            yield scope.shown_lots(self.connection, part)

    def links(self, links: Iterable[int]) -> Iterator[ShownLink]:
        """The links, which come by id: those that are no links of the tables have negative ones."""
        for part in parted(links):
            sides = [self.sides[number] for number in part if number < 0]
            yield from self._side_ways(sides)
            yield from scope.shown_links(self.connection, [link for link in part if link >= 0])

    def _side_ways(self, sides: Sequence[SideWay]) -> Iterator[ShownLink]:
        """Claims, lapsed pairs and links of old: their state says what they are, no time is stated."""
        urns = read_urns(self.connection, {lot for one in sides for lot in (one.upper, one.lower)})
        stated = scope.statements_of(self.connection, {one.row & -256 for one in sides})
        for one in sides:
            yield ShownLink(
                upper=urns[one.upper],
                lower=urns[one.lower],
                kind=one.kind,
                taken=None,
                taken_unit=None,
                given=None if one.amount is None else one.amount.micro,
                given_unit=None if one.amount is None else one.amount.unit,
                departure_from=None,
                departure_to=None,
                arrival_from=None,
                arrival_to=None,
                state=one.label,
                statement=stated[one.row & -256],
            )

    def gone(self, lots: Collection[int]) -> list[Gone]:
        """What left these lots without a link."""
        return read_gone(self.connection, lots)

    def marks(self, lots: Collection[int]) -> dict[int, list[Mark]]:
        """Lot id -> its open marks, of one part."""
        found = read_marks_by_lot(self.connection, lots)
        return {lot: [mark for mark, _ in marks] for lot, marks in found.items()}

    def master(self, lots: Collection[ShownLot]) -> tuple[Master, Places]:
        """Parties of one part of the lots as last stated, places as they count for who made each lot."""
        parties = {party for lot in lots for party in (lot.holder, lot.issuer) if party}
        places = {(place, lot.issuer) for lot in lots for place in (lot.place, *lot.plots) if place}
        found = read_counting(self.connection, "place", places)
        return (
            scope.master_data(self.connection, "party", parties),
            {key: data for key, (data, _) in found.items()},
        )

    def _paths(self, stated: dict[int, str]) -> Paths:
        """Lot id -> the statements of its shortest witness path; `stated` are the lots of one part with the
        statements that made them, which mostly state the last link too."""
        known = {lot & -256: statement for lot, statement in stated.items()}
        paths = {lot: self.closure.path(lot) for lot in stated}
        owners = {link: row_of(link) & -256 for link in set(chain.from_iterable(paths.values()))}
        known.update(scope.statements_of(self.connection, set(owners.values()) - known.keys()))
        by_link = {link: known[owner] for link, owner in owners.items()}
        return {lot: [by_link[link] for link in path] for lot, path in paths.items()}

    def statements(self, rows: Iterable[int]) -> Iterator[str]:
        """The ids of the statements to which these rows belong, each once, in order; `rows` come by id."""
        owners = [owner for owner, _ in groupby(row & -256 for row in rows)]
        return scope.statements_in_order(self.connection, owners)

    def disputes(self, lots: Iterable[int]) -> list[DisputeRow]:
        """The disputes about the lots, the oldest first."""
        found = [one for part in parted(lots) for one in read_disputes(self.connection, part)]
        return sorted(found, key=lambda one: one.id)

    def owned(self, lots: Iterable[int], party: str) -> set[int]:
        """Those of the lots that the party made or holds."""
        return {lot for part in parted(lots) for lot in scope.owned_among(self.connection, part, party)}

    def receivers(self, lots: Iterable[int]) -> Iterator[tuple[Consignment, Receiver]]:
        """The consignments among the lots, with what the shipper disclosed and nobody has erased."""
        for part in parted(lots):
            sent = scope.consignments_among(self.connection, part)
            newest = disclosed_in_force(self.connection, {one.statement for one in sent})
            told = [(one, _told(one, newest.get(one.statement, one.disclosed))) for one in sent]
            lacking = [(one, each) for one, each in told if not (each.name and each.address)]
            known = self._registered(lacking) if lacking else {}
            for one, each in told:
                data = known.get(each.urn or "")
                if data:
                    name, address = each.name or data.get("name"), each.address or data.get("address")
                    yield one, Receiver(each.urn, name, address)
                else:
                    yield one, each

    def _registered(self, told: Collection[tuple[Consignment, Receiver]]) -> Master:
        """Master data of those receivers that hold or made something in this trace."""
        holders = {each.urn for one, each in told if each.urn and each.urn == one.holder}
        others = {each.urn for _, each in told if each.urn} - holders
        if others and self._parties is None:
            lots = chain(
                self.closure.keys, self.closure.unexplored, (gone.lot for gone in self.closure.excluded)
            )
            self._parties = set().union(*(scope.parties_of(self.connection, part) for part in parted(lots)))
        return scope.master_data(self.connection, "party", holders | (others & (self._parties or set())))


@dataclass(frozen=True, slots=True)
class Journey:
    """All that a trace found; the documents choose from it."""

    start: LotRow
    closure: Closure
    parts: LotParts
    shares: Mapping[int, Share]
    ends: Sequence[OpenEnd]
    as_of: datetime
    rules: str
    shares_known: bool
    possible: frozenset[int] = frozenset()
    """Lots of which it is not certain that the trace reaches them."""
    states: StatesAbove = field(default_factory=StatesAbove)


def parted(values: Iterable[_Value]) -> Iterator[list[_Value]]:
    """The values in lists of at most `AT_ONCE`."""
    rest = iter(values)
    while part := list(islice(rest, AT_ONCE)):
        yield part


def _told(one: Consignment, disclosed: str) -> Receiver:
    known = {name: value for name, value in stated_members(disclosed) if type(value) is str}
    urn, name, address = map(known.get, _RECEIVER)
    return Receiver(urn or one.holder, name or None, address or None)
