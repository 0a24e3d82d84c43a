"""The goods of a case: where they came from, where they went, and how much of it is sure.

Both traces and the scope are read in whole, up to a stated number of lots: beyond it the diagram says that it
is a part. Every firm whose data are shown is noted before, with the case as the purpose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from trace.errors import Refusal
from trace.identity.region import district_of
from trace.oversight.diagram.districts import Sketch, sketch
from trace.oversight.diagram.graph import Graph, graph_of
from trace.parties import Actor
from trace.store.casework.asked import firm_names, stated_regions
from trace.store.casework.cases import CaseRow
from trace.store.transaction import Transactions
from trace.usecases.casework.look import Purpose, Seen, note_look
from trace.usecases.lots.lineage_document import CERTAIN, Members
from trace.usecases.lots.recall_scope import read_scope
from trace.usecases.lots.trace_lineage import trace_lineage

MOST_LOTS: Final = 5_000
"""What a page reads; the file of receivers has all of them."""
_EMPTY: Final[Mapping[str, Any]] = {"lots": (), "links": (), "openEnds": ()}


@dataclass(frozen=True, slots=True)
class Goods:
    """`lots` by urn; `lines` of the scope; `least` and `most` amounts by unit, in what both bounds agree on.

    `unseen`: why the traces are not shown, where this authority may not see them.
    """

    graph: Graph
    lots: Mapping[str, Mapping[str, Any]]
    lines: Sequence[Mapping[str, Any]]
    totals: Sequence[Mapping[str, Any]]
    names: Mapping[str, str]
    digest: str = ""
    as_of: str = ""
    least: Mapping[str, Decimal] = field(default_factory=dict)
    most: Mapping[str, Decimal] = field(default_factory=dict)
    unbounded: int = 0
    """Lines of which no upper bound is known."""
    unseen: Refusal | None = None
    sources: Sequence[Mapping[str, Any]] = ()
    districts: Mapping[str, str] = field(default_factory=dict)
    """Party -> the district that its master data name."""
    disputes: Sequence[Mapping[str, Any]] = ()
    """What two sides state differently about these lots, and nobody has settled."""
    below: frozenset[str] = frozenset()
    """The lot itself and all that was made of it."""


def goods_of_case(transactions: Transactions, actor: Actor, row: CaseRow, what: str = "page") -> Goods:
    """All that is known of the goods; raises nothing for goods out of sight, which is told instead."""
    try:
        up = whole(trace_lineage(transactions, row.lot, "upstream", actor, max_lots=MOST_LOTS))
        down = whole(trace_lineage(transactions, row.lot, "downstream", actor, max_lots=MOST_LOTS))
        scope = whole(read_scope(transactions, row.lot, actor))
    except Refusal as refusal:
        return Goods(graph_of(row.lot, _EMPTY, _EMPTY), {}, (), (), {}, unseen=refusal)
    lots = {str(lot["lot"]): lot for document in (up, down) for lot in document["lots"]}
    parties = {str(lot[who]) for lot in lots.values() for who in ("holder", "statedBy") if lot.get(who)}
    lines = scope["lines"]
    parties |= {str(one["shipper"]) for one in lines if one.get("shipper")}
    seen = Seen(what, row.number, len(lots) + len(lines))
    note_look(transactions, actor, parties, seen, Purpose(row.number, row.number))
    with transactions.look(actor.subject) as tx:
        named = [str(one["receiver"]) for one in lines if one.get("receiver")]
        names = firm_names(tx.connection, sorted({*parties, *named}))
        regions = stated_regions(tx.connection, sorted(set(named)))
    return Goods(
        graph_of(row.lot, up, down),
        lots,
        lines,
        scope["totals"],
        names,
        str(down.get("digest", "")),
        str(scope["asOf"]),
        _sum(lines, "least", only=CERTAIN),
        _sum(lines, "most"),
        sum(1 for one in lines if one["counted"] and one["most"] is None),
        sources=up.get("sources") or (),
        districts={party: district_of(region) for party, region in regions.items()},
        disputes=_open_disputes(up, down),
        below=frozenset({row.lot, *(str(lot["lot"]) for lot in down["lots"])}) & lots.keys(),
    )


def whole(members: Members) -> dict[str, Any]:
    """A document in memory, its long members as lists in their order."""
    return {name: list(value) if isinstance(value, Iterator) else value for name, value in members}


def sketch_of(goods: Goods, receivers: Iterable[str]) -> Sketch:
    """Where the goods come from and where they went, by district; `receivers` by their urn, "" for none."""
    plots = {
        str(plot["place"]): str(plot["region"] or "") for lot in goods.lots.values() for plot in lot["plots"]
    }
    return sketch(plots.values(), [goods.districts.get(party, "") for party in receivers])


def _open_disputes(*documents: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = [
        one for document in documents for one in document.get("disputes") or () if one["outcome"] is None
    ]
    return list({tuple(one["statements"]): one for one in found}.values())


def _sum(lines: Sequence[Mapping[str, Any]], bound: str, only: str = "") -> dict[str, Decimal]:
    """The amounts of what counts, by unit: pieces and kilograms are never added."""
    found: dict[str, Decimal] = {}
    for one in lines:
        amount = one[bound]
        if amount is not None and one["counted"] and only in {"", one["word"]}:
            unit = str(amount["unit"])
            found[unit] = found.get(unit, Decimal(0)) + Decimal(str(amount["value"]))
    return found
