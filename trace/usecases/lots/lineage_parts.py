"""What a trace found; lots and links are read a part at a time, so that a wide trace needs little memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby, islice
from typing import Any, Final, TypeVar

from trace.chain.effects import Mark
from trace.chain.lineage.arcs import Arc
from trace.chain.lineage.closure import Closure
from trace.chain.lineage.open_ends import OpenEnd
from trace.chain.lineage.shares import Share
from trace.ledger.disclosure import stated_member
from trace.store.chain.rows import read_urns
from trace.store.log.disclosures import read_disclosures
from trace.store.lots import scope
from trace.store.lots.details import DisputeRow, LotRow, read_disputes, read_lots_by_id, read_marks_by_lot
from trace.store.lots.graph import StoredLotGraph
from trace.store.lots.scope import Consignment, LotLine
from trace.store.transaction import Connection

AT_ONCE: Final = 1_000
_RECEIVER: Final = {"receiver": "urn", "receiverName": "name", "receiverAddress": "address"}
Master = Mapping[str, Mapping[str, Any]]
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Receiver:
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
    _parties: set[str] | None = None

    def kinds(self, lots: Iterable[int]) -> Iterator[tuple[int, str]]:
        """Lot ids and kinds."""
        for part in parted(lots):
            yield from scope.kinds_of(self.connection, part).items()

    def urns(self, lots: Iterable[int]) -> dict[int, str]:
        """Lot id -> urn."""
        return {lot: urn for part in parted(lots) for lot, urn in read_urns(self.connection, part).items()}

    def lines(self, lots: Collection[int]) -> Iterator[dict[int, LotLine]]:
        """The lots as rows of a report, part by part in the order of their urns."""
        for part in parted(scope.lines_by_urn(self.connection, lots)):
            yield dict(part)

    def lots(self, lots: Iterable[int]) -> Iterator[dict[int, LotRow]]:
        """All that is known of the lots, part by part in the given order."""
        for part in parted(lots):
            found = read_lots_by_id(self.connection, part)
            yield {lot: found[lot] for lot in part}

    def marks(self, lots: Collection[int]) -> dict[int, list[Mark]]:
        """Lot id -> its open marks, of one part."""
        found = read_marks_by_lot(self.connection, lots)
        return {lot: [mark for mark, _ in marks] for lot, marks in found.items()}

    def master(self, lots: Collection[LotRow]) -> tuple[Master, Master]:
        """Parties and places of one part of the lots, as last stated."""
        parties = {party for row in lots for party in (row.holder, row.made_by.iss) if party}
        places = {row.place for row in lots if row.place}
        places.update(plot for row in lots for plot in row.detail.get("plots", ()))
        return (
            scope.master_data(self.connection, "party", parties),
            scope.master_data(self.connection, "place", places),
        )

    def paths(self, lots: Iterable[int]) -> dict[int, tuple[str, ...]]:
        """Lot id -> the statements of its shortest witness path, of one part."""
        links = {lot: self.closure.path(lot) for lot in lots}
        stated = self.graph.statements_of({link for path in links.values() for link in path})
        return {lot: tuple([stated[link] for link in path]) for lot, path in links.items()}

    def arcs(self, links: Iterable[int]) -> Iterator[tuple[list[Arc], dict[int, str]]]:
        """The links with amounts and records by their ids, and the urns of their ends, part by part."""
        for part in parted(links):
            arcs = sorted(self.graph.arcs_numbered(part), key=lambda arc: arc.link_id)
            yield (
                arcs,
                read_urns(self.connection, {lot for arc in arcs for lot in (arc.from_lot, arc.to_lot)}),
            )

    def statements(self, rows: Iterable[int]) -> Iterator[str]:
        """The ids of the statements to which these rows belong, in order; `rows` come by id."""
        owners = (owner for owner, _ in groupby(row & -256 for row in rows))
        found = [stmt for part in parted(owners) for stmt in scope.statements_of(self.connection, part)]
        found.sort()
        return iter(found)

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
            held = read_disclosures(self.connection, {one.statement for one in sent})
            told = [(one, _told(one, held.get(one.statement, ()))) for one in sent]
            known = self._registered([(one, each) for one, each in told if not (each.name and each.address)])
            for one, each in told:
                data = known.get(each.urn or "", {})
                yield (
                    one,
                    Receiver(each.urn, each.name or data.get("name"), each.address or data.get("address")),
                )

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

    def touches(self, party: str) -> bool:
        """Whether the start is the party's own, or linked to a lot of its own."""
        near = {lot for step in self.closure.steps if self.start.id in step[1:3] for lot in step[1:3]}
        return bool(self.parts.owned({self.start.id, *near}, party))


def parted(values: Iterable[_Value]) -> Iterator[list[_Value]]:
    """The values in lists of at most `AT_ONCE`."""
    rest = iter(values)
    while part := list(islice(rest, AT_ONCE)):
        yield part


def _told(one: Consignment, encoded: Sequence[str]) -> Receiver:
    known = dict.fromkeys(_RECEIVER.values(), "")
    for name, value in map(stated_member, encoded):
        if name in _RECEIVER and isinstance(value, str):
            known[_RECEIVER[name]] = value
    return Receiver(known["urn"] or one.holder, known["name"] or None, known["address"] or None)
