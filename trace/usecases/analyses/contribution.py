"""How much of a lot is in everything made of it and at every consignee, and what it was made of: an analysis.

For authorities alone, of lots in their area. Only links that stand pour: behind a claim there may be some of
the lot, and how much nobody said. What a consignee was sent of it is the share of each consignment times what
that was; the parts of all sources add up to what was shipped, exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from trace.chain.lineage.arcs import DOWN
from trace.chain.lineage.closure import Closure, trace_down, trace_up
from trace.chain.lineage.mixing import WorkExceeded
from trace.chain.lineage.pools import UNBOUNDED
from trace.chain.lineage.report import share_as_dict
from trace.chain.lineage.shares import Share
from trace.oversight.analysis import Analysis
from trace.parties import Actor
from trace.quantities import Quantity
from trace.store.analyses.documents import known_until
from trace.store.columns import amount
from trace.store.lots.details import LotRow
from trace.store.lots.graph import StoredLotGraph
from trace.store.lots.scope import ShownLot
from trace.store.transaction import Connection, Transactions
from trace.usecases.analyses.keep_analysis import Kept, keep_analysis
from trace.usecases.analyses.progress import READING, SHARING, Progress, unheard
from trace.usecases.analyses.used_records import records_of
from trace.usecases.lots.json_forms import quantity_json, rounded
from trace.usecases.lots.lineage_parts import LotParts
from trace.usecases.lots.lineage_shares import shares_of, unmixed_of
from trace.usecases.lots.sight import out_of_sight, oversees
from trace.usecases.lots.trace_lineage import LIMITS, require_lot

NAME: Final = "contribution"
_NOTHING: Final = Fraction(0)
Line = dict[str, Any]


@dataclass(slots=True)
class _Sent:
    """What was sent to one consignee: consignments, how much in all, and how much of the lot: its part where
    pools were mixed, and between `least` and `most` whatever was picked."""

    consignments: list[str]
    whole: Fraction = _NOTHING
    low: Fraction = _NOTHING
    high: Fraction = _NOTHING
    least: Fraction = _NOTHING
    most: Fraction = _NOTHING


def find_contribution(
    transactions: Transactions,
    actor: Actor,
    lot: str,
    work: int = LIMITS.work,
    told: Progress = unheard,
) -> Kept:
    """The analysis of the lot urn `lot`; raises `UnknownLot` and `LotOutOfSight`.

    Beyond `work` (`chain.lineage.mixing.Work`) that side's shares are not known, and the answer says so.
    """
    with transactions.look(actor.subject) as tx:
        start = require_lot(tx.connection, lot)
        if not oversees(tx.connection, actor, start):
            raise out_of_sight(tx.connection, actor, start)
        graph = StoredLotGraph(tx.connection)
        told(READING, 0, 2)
        up, down = trace_up(graph, [start.id]), trace_down(graph, [start.id])
        told(SHARING, 0, len(up.lots) + len(down.lots))
        above, below = (_Side(tx.connection, start, one, graph, work) for one in (up, down))
        analysis = Analysis(
            question={"name": NAME, "lot": start.urn},
            assumptions={
                "pools": "homogeneous",
                "losses": "of all sources alike",
                "claims": "do not pour",
                "work": work,
            },
            known=known_until(tx.connection, tx.origin, tx.now),
            rules=tx.rules.version,
            asked=(),
            records=records_of(tx.connection, up.lots | down.lots, (*up.steps, *down.steps)),
            answer={
                "lot": start.urn,
                "quantity": quantity_json(start.quantity),
                "sourcesKnown": above.known,
                "sources": list(above.sources()),
                "lotsKnown": below.known,
                "lots": list(below.lots()),
                "consignees": list(below.consignees()),
            },
        )
    return keep_analysis(transactions, actor, analysis, about=start.urn)


class _Side:
    """The shares of one direction, with the lots that have them."""

    def __init__(
        self, connection: Connection, start: LotRow, closure: Closure, graph: StoredLotGraph, work: int
    ) -> None:
        self._parts = LotParts(connection, graph, closure)
        self._start = start
        self._shares: Mapping[int, Share] = {}
        self._held = unmixed_of(closure, start, self._parts) if closure.direction == DOWN else {}
        self.known = True
        try:
            self._shares = shares_of(closure, start, self._parts, frozenset(), work)
        except WorkExceeded:
            self.known = False

    def sources(self) -> Iterator[Line]:
        """The sources, each with its share of the lot and that part of its quantity."""
        whole = Fraction(self._start.quantity.value)
        for lot, share in self._told(self._shares):
            yield _line(lot, share) | {"part": _part(share, whole, self._start.quantity.unit)}

    def lots(self) -> Iterator[Line]:
        """The lots below, each with what part of it is the lot, and how much that is."""
        for lot, share in self._told(self._shares):
            quantity = amount(lot.quantity, lot.unit)
            yield _line(lot, share) | {"part": _part(share, Fraction(quantity.value), lot.unit)}

    def consignees(self) -> Iterator[Line]:
        """Who was sent something of it, how much in all and how much of it, by unit."""
        shares = {lot.urn: (lot.id, share) for lot, share in self._told(self._shares)}
        found: dict[tuple[str, str, str], _Sent] = {}
        for one, receiver in self._parts.receivers(
            sorted(lot for lot, share in self._shares.items() if share.high)
        ):
            sent = found.setdefault((receiver.urn or "", receiver.name or "", one.unit), _Sent([]))
            of, (lot, share) = amount(one.quantity, one.unit), shares[one.urn]
            whole, held = Fraction(of.value), self._held.get(lot, UNBOUNDED)
            sent.consignments.append(one.urn)
            sent.whole += whole
            sent.low += whole * share.low
            sent.high += whole * share.high
            scale = whole / of.base if of else _NOTHING
            sent.least += held.least * scale
            sent.most += whole if held.most is None else min(held.most * scale, whole)
        for (urn, name, unit), sent in sorted(found.items()):
            yield {
                "receiver": urn or None,
                "name": name or None,
                "consignments": sorted(sent.consignments),
                "sent": {"value": rounded(sent.whole, 6), "unit": unit},
                "part": _range(sent.low, sent.high, unit),
                "unmixed": _range(sent.least, self._no_more(sent.most, unit), unit),
            }

    def _no_more(self, most: Fraction, unit: str) -> Fraction:
        """At most so much: nobody got more of the lot than there was, in units that compare."""
        whole = self._start.quantity
        return min(most, whole.amount_in(unit)) if whole.dimension == Quantity.zero(unit).dimension else most

    def _told(self, shares: Mapping[int, Share]) -> Iterator[tuple[ShownLot, Share]]:
        """The lots that have a share, largest shares first, then by name."""
        rows: Iterable[ShownLot] = (row for part in self._parts.bare_lots(sorted(shares)) for row in part)
        ranked = sorted(rows, key=lambda row: (-shares[row.id].high, row.urn))
        return ((row, shares[row.id]) for row in ranked if shares[row.id].high)


def _line(lot: ShownLot, share: Share) -> Line:
    return {
        "lot": lot.urn,
        "kind": lot.kind,
        "productName": lot.product_name,
        "holder": lot.holder,
        "quantity": quantity_json(amount(lot.quantity, lot.unit)),
        "share": share_as_dict(share),
    }


def _part(share: Share, whole: Fraction, unit: str) -> Line:
    return _range(whole * share.low, whole * share.high, unit)


def _range(low: Fraction, high: Fraction, unit: str) -> Line:
    """Exact as fractions, and rounded for people; equal where the records suffice."""
    return {"low": str(low), "high": str(high), "about": [rounded(low), rounded(high)], "unit": unit}
