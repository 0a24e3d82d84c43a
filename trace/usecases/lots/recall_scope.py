"""The scope of a recall of a lot: every hand-over of the goods and all made of them, in columns, with sums.

A regulator sees all of it; the maker or holder of the lot what it has handed over itself. Word (certain or
possible) and amount (between bounds) are told apart; what was sent is counted whole, whoever has answered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from sys import intern
from typing import Any, Final

from trace.chain.facts.goods import DONATED
from trace.chain.handover_effects import Formed
from trace.chain.lineage.closure import Closure, trace_down
from trace.chain.lineage.doubts import AGREEMENT, FINDING, RECEIPT, Doubt, Doubts, roots_of, wanted
from trace.chain.lineage.scope import (
    BOTH_DENIED,
    COLUMNS,
    CONFIRMED,
    OUTSIDE,
    WITHDRAWN,
    ScopeLine,
    Summing,
    Sums,
    claim_line,
    former_line,
    lines_of,
)
from trace.ledger.disclosure import stated_members
from trace.parties import Actor
from trace.store.log.disclosures import read_joined_disclosures
from trace.store.lots import scope_rows
from trace.store.lots.details import find_latest_logged
from trace.store.lots.newest_receivers import disclosed_in_force
from trace.store.lots.scope import master_data, statements_of
from trace.store.lots.scope_rows import Disposed, Held, Sent, Stated
from trace.store.lots.wide_graph import SideWay, WideLotGraph, is_established, row_of
from trace.store.transaction import Connection, Transactions
from trace.usecases.lots.json_forms import iso, moment_json, quantity_json
from trace.usecases.lots.lineage_document import CERTAIN, POSSIBLE, Members
from trace.usecases.lots.lineage_parts import parted
from trace.usecases.lots.sight import oversees, require_sight
from trace.usecases.lots.trace_lineage import require_lot

FORMAT: Final = "recall-scope/1"
ASKED: Final = 5
"""So many records are named that would settle most of what is possible only."""
_HANDED: Final = frozenset({"receive", "return", "ship"})
_TOLD: Final = {
    "name": ("receiverName", "buyerName"),
    "address": ("receiverAddress",),
    "contact": ("receiverContact",),
    "party": ("receiver", "buyer"),
}
Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reached:
    """Lots that a recall reaches: surely, or possibly as well; and the ways besides links that lead there."""

    certain: frozenset[int]
    possible: frozenset[int]
    sides: Mapping[int, SideWay]
    closure: Closure


def reach_of(connection: Connection, *lots: int) -> Reached:
    """Everything that the goods of these lots went into, or may have gone into, they themselves included."""
    graph = WideLotGraph(connection)
    wide = trace_down(graph, lots)
    if not graph.sides:
        return Reached(wide.lots, wide.lots, {}, wide)
    certain = trace_down(WideLotGraph(connection, is_established), lots).lots
    return Reached(certain, wide.lots | certain, graph.sides, wide)


def read_scope(transactions: Transactions, lot: str, actor: Actor, others: Collection[str] = ()) -> Members:
    """The members of the scope of the lot urn `lot`, and of `others` with it; the lines are an iterator, to
    be read to its end.

    The first member raises `UnknownLot`, and `LotOutOfSight` for whoever neither oversees nor made or holds
    the lot.
    """
    with transactions.look(actor.subject) as tx:
        start = require_lot(tx.connection, lot)
        require_sight(tx.connection, actor, start)
        beside = [require_lot(tx.connection, urn) for urn in others]
        for one in beside:
            require_sight(tx.connection, actor, one)
        party = None if oversees(tx.connection, actor, start) else actor.party
        reached = reach_of(tx.connection, start.id, *(one.id for one in beside))
        scope = Scope(tx.connection, reached, party, roots=_roots(reached) if party is None else {})
        yield "format", FORMAT
        yield "lot", start.urn
        yield "asOf", iso(find_latest_logged(tx.connection) or tx.now)
        yield "rules", tx.rules.version
        yield "columns", [*COLUMNS, BOTH_DENIED]
        yield "lines", scope.lines()
        yield "totals", [_sums(one) for one in scope.summing.done()]
        if party is None:
            yield "askFirst", scope.ask_first()
        yield "lots", _lots(scope.reached)


@dataclass(slots=True)
class Scope:
    """A scope while it is written out: lines part by part, sums as they pass; `party`: what that one sent."""

    connection: Connection
    reached: Reached
    party: str | None
    summing: Summing = field(default_factory=Summing)
    shippers: dict[int, str] = field(default_factory=dict)
    """Consignment -> who sent it, of those that have passed by."""
    senders: set[str] = field(default_factory=set)
    roots: Mapping[int, int] = field(default_factory=dict)
    """Lot that is only possible -> the row by whose word alone it is, or `SEVERAL`."""
    doubts: Doubts = field(init=False)

    def __post_init__(self) -> None:
        self.doubts = Doubts(set(self.roots.values()))

    def lines(self) -> Iterator[Line]:
        for part in parted(sorted(self.reached.possible)):
            yield from self._sent(part)
            yield from self._disposed(part)
        for ways in parted(sorted(self.reached.sides)):
            yield from self._beside([self.reached.sides[number] for number in ways])

    def _sent(self, lots: Collection[int]) -> Iterator[Line]:
        """What was handed over out of these lots: by pairs, or so far by the shipper's word."""
        gone = scope_rows.denied_from(self.connection, lots)
        denied, shown, handovers = {one.below for one in gone}, set[int](), list[int]()
        for handover, lot, shipper in scope_rows.handed_from(self.connection, lots):
            if self.party in (None, shipper):
                handovers.append(handover)
                self.shippers[lot] = intern(shipper)
                if lot in denied:
                    shown.add(lot)
        self.senders.update(self.shippers.values())
        for part in parted(handovers):
            yield from self._handed(part, denied)
        if self.party is None:
            yield from self._denied([one for one in gone if one.below not in shown])

    def _handed(self, handovers: Collection[int], denied: Collection[int]) -> Iterator[Line]:
        """These hand-overs, each with what is claimed of it."""
        sent = scope_rows.sent_by(self.connection, handovers)
        paired = scope_rows.paired_with(self.connection, handovers)
        told = _told_of(self.connection, sent)
        consigned = [one.handover.lot for one in sent]
        for consignment, amount in scope_rows.returned_to(self.connection, consigned):
            self.summing.recovered(self.shippers[consignment], amount)
        for one in sent:
            handover, claims = one.handover, paired.get(one.handover.id, [])
            stated = {each.claim.id: each for each in claims}
            self.summing.sent(handover)
            certain = handover.from_lot in self.reached.certain
            for line in lines_of(
                handover,
                [each.claim for each in claims],
                {each.claim.id: each.taken for each in claims},
                certain=certain,
                denied=handover.lot in denied,
            ):
                self._sum(line)
                shown = self._of_handover(one, stated.get(line.row), line, told.get(handover.id, {}))
                self._doubt(line, shown["receiver"])
                yield shown

    def _denied(self, formers: Collection[Formed]) -> Iterator[Line]:
        """What both sides deny, which is shown and not counted."""
        ends = {lot for one in formers for lot in (one.above, one.below) if lot is not None}
        held = scope_rows.holders_of(self.connection, ends)
        statements = statements_of(self.connection, {one.id & -256 for one in formers})
        for one in formers:
            above, below = held[one.above or one.below], held[one.below]
            line = former_line(one, one.above, below.holder or below.issuer)
            yield self._aside(line, above, below, statements[one.id & -256])

    def ask_first(self) -> list[Line]:
        """The records that would settle most, once all lines have passed."""
        doubts = self.doubts.most(ASKED)
        statements = statements_of(self.connection, {one.row & -256 for one in doubts})
        above = {one.own.above for one in doubts if one.own is not None and one.own.above is not None}
        held = scope_rows.holders_of(self.connection, above)
        return [_asked(one, statements, held) for one in doubts]

    def _sum(self, line: ScopeLine) -> None:
        self.summing.line(line)
        if line.column == CONFIRMED and line.receiver and line.high is not None and self._is_back(line):
            self.summing.recovered(line.receiver, line.high)

    def _doubt(self, line: ScopeLine, receiver: str | None = None) -> None:
        """What hangs on a line's own word, or on that by which its goods came into the scope."""
        if self.party is not None or (line.certain and line.low is line.high):
            return  # nearly all lines: nothing is open
        if line.receiver is None and receiver is not None:
            line = replace(line, receiver=receiver)
        self.doubts.line(line, self.roots.get(line.above or 0, line.row))

    def _is_back(self, line: ScopeLine) -> bool:
        """Whether a pair hands the goods back to somebody who had sent them on before."""
        if line.receiver == line.shipper or line.above is None:
            return False
        if line.receiver not in self.senders or line.above not in self.reached.closure.keys:
            return False
        witness = self.reached.closure.witness(line.above)
        return any(self.shippers.get(arc.to_lot) == line.receiver for arc in witness)

    def _of_handover(
        self, one: Sent, stated: Stated | None, line: ScopeLine, told: Mapping[str, str]
    ) -> Line:
        # Whoever received the goods is reached as their shipper wrote down, where it named that very party.
        told = told if stated is None or told.get("party") == line.receiver else {}
        return _line(line) | {
            "from": one.from_lot,
            "to": one.lot if stated is None else stated.lot,
            "consignment": one.lot,
            "shipper": line.shipper,
            "receiver": line.receiver or told.get("party"),
            "name": told.get("name"),
            "address": told.get("address"),
            "contact": told.get("contact"),
            "by": one.handover.to,
            "sent": quantity_json(one.handover.quantity),
            "sentAt": moment_json(one.sent_at),
            "statement": one.statement,
            "receipt": None if stated is None else stated.statement,
        }

    def _beside(self, ways: Collection[SideWay]) -> Iterator[Line]:
        """Claims that no pair bears out, and links that stand no longer."""
        claims = scope_rows.claims_of(self.connection, {way.row for way in ways if not way.is_former})
        formers = scope_rows.formers_of(self.connection, {way.row for way in ways if way.is_former})
        held = scope_rows.holders_of(self.connection, {lot for way in ways for lot in (way.upper, way.lower)})
        statements = statements_of(self.connection, {way.row & -256 for way in ways})
        seen: set[int] = set()
        for way in ways:
            above, below, row = held[way.upper], held[way.lower], way.row
            if way.is_former:
                if self._is_sent(way) or self._is_certain_anyway(way, formers[row]):
                    continue
                line = former_line(formers[row], way.upper, below.holder or below.issuer)
            else:
                if row in seen:  # it names the hand-over and its lot: one claim
                    continue
                seen.add(row)
                line = claim_line(claims[row].claim, way.upper, above.issuer)
            if self.party in (None, line.shipper):
                self.summing.line(line)
                self._doubt(line)
                yield self._aside(line, above, below, statements[row & -256])

    def _is_sent(self, way: SideWay) -> bool:
        """Whether a link of old is that of a hand-over, which has its own line."""
        return way.label == WITHDRAWN and way.lower in self.shippers

    def _is_certain_anyway(self, way: SideWay, former: Formed) -> bool:
        """Whether goods that were said to be made of others, or at another time, are surely concerned."""
        return former.kind not in _HANDED and way.lower in self.reached.certain

    def _aside(self, line: ScopeLine, above: Held, below: Held, statement: str) -> Line:
        return _line(line) | {
            "from": above.urn,
            "to": below.urn,
            "shipper": line.shipper,
            "receiver": line.receiver,
            "statement": statement,
        }

    def _disposed(self, lots: Collection[int]) -> Iterator[Line]:
        """Sums of what left for good; what was given away is a hand-over outside, by the giver's word."""
        gone = scope_rows.disposed_of(self.connection, lots)
        held = scope_rows.holders_of(self.connection, {one.lot for one in gone})
        given = [one for one in gone if one.manner == DONATED]
        disclosed = read_joined_disclosures(self.connection, {one.statement for one in given})
        for one in gone:
            holder = held[one.lot].holder
            if holder is None or self.party not in (None, holder):
                continue
            self.summing.disposed(holder, one.quantity, witnessed=one.witnessed)
            if one.manner == DONATED:
                told = _members_told(disclosed.get(one.statement, ""))
                yield self._given(one, held[one.lot].urn, holder, told)

    def _given(self, one: Disposed, lot: str, holder: str, told: Mapping[str, str]) -> Line:
        certain = one.lot in self.reached.certain
        line = ScopeLine(OUTSIDE, certain, one.lot, None, one.quantity, one.quantity, holder, row=one.row)
        self._doubt(line)
        return _line(line) | {
            "from": lot,
            "to": lot,
            "shipper": holder,
            "receiver": None,
            "name": told.get("name"),
            "address": told.get("address"),
            "contact": told.get("contact"),
            "by": DONATED,
            "sent": quantity_json(one.quantity),
            "sentAt": moment_json(one.at),
            "statement": one.statement,
        }


def _roots(reached: Reached) -> dict[int, int]:
    """Each lot that is only possible, by the row on which it hangs."""
    if not reached.sides:
        return {}
    found = roots_of(reached.certain, reached.closure.steps)
    return {lot: row_of(link) for lot, link in found.items()}


def _asked(one: Doubt, statements: Mapping[int, str], held: Mapping[int, Held]) -> Line:
    own = one.own
    record = FINDING if own is None else wanted(own)
    parties: list[str | None] = []
    if own is not None and record != FINDING:
        parties = [own.receiver] if record == RECEIPT else [own.shipper]
        parties += [own.receiver] if record == AGREEMENT else []
    above = held.get(own.above) if own is not None and own.above is not None else None
    return {
        "wanted": record,
        "parties": [party for party in parties if party],
        "statement": statements.get(one.row & -256),
        "from": above.urn if above is not None else None,
        "settles": quantity_json(one.amount),
        "lines": one.lines,
    }


def _line(line: ScopeLine) -> Line:
    return {
        "column": line.column,
        "word": CERTAIN if line.certain else POSSIBLE,
        "least": quantity_json(line.low),
        "most": quantity_json(line.high),
        "counted": line.column != BOTH_DENIED,
    }


def _sums(one: Sums) -> dict[str, Any]:
    return {
        "party": one.shipper,
        "sent": quantity_json(one.sent),
        "columns": {name: quantity_json(amount) for name, amount in one.columns.items()},
        "recovered": quantity_json(one.recovered),
        "disposed": quantity_json(one.disposed),
        "witnessed": quantity_json(one.witnessed),
    }


def _lots(reached: Reached) -> dict[str, int]:
    return {CERTAIN: len(reached.certain), POSSIBLE: len(reached.possible)}


def _told_of(connection: Connection, sent: Collection[Sent]) -> dict[int, dict[str, str]]:
    """Hand-over -> what its shipper disclosed of who got it, and nobody has erased."""
    statements = {one.statement for one in sent}
    held = read_joined_disclosures(connection, statements) | disclosed_in_force(connection, statements)
    found = {}
    for one in sent:
        found[one.handover.id] = _members_told(held.get(one.statement, ""))
    parties = {told["party"] for told in found.values() if "party" in told and "name" not in told}
    known = master_data(connection, "party", parties)
    for told in found.values():
        registered = known.get(told.get("party", ""), {}).get("name")
        if isinstance(registered, str):
            told.setdefault("name", registered)
    return found


def _members_told(disclosures: str) -> dict[str, str]:
    members = dict(stated_members(disclosures))
    return {
        what: str(value)
        for what, names in _TOLD.items()
        for value in (members.get(name) for name in names)
        if isinstance(value, str)
    }
