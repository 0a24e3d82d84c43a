"""The goods of a case: where they came from, where they went, and how much of it is sure.

Both traces and the scope are read to their end, part by part, and folded while they pass: sums, consignees
and boxes are of all of it, whatever a page shows. Of the lines those of one page are kept. Every firm whose
data are shown is noted before, with the case as the purpose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from heapq import nsmallest
from typing import Any, Final

from trace.errors import Refusal
from trace.identity.region import district_of
from trace.oversight.diagram.districts import Sketch, sketch
from trace.oversight.diagram.graph import Graph, Tracing
from trace.parties import Actor
from trace.store.casework.asked import firm_names, stated_regions
from trace.store.casework.cases import CaseRow
from trace.store.transaction import Transactions
from trace.usecases.casework.consignees import Consignee, Gathering
from trace.usecases.casework.look import Purpose, Seen, note_look
from trace.usecases.lots.lineage_document import CERTAIN, Members
from trace.usecases.lots.recall_scope import read_scope
from trace.usecases.lots.trace_lineage import trace_lineage

SHOWN: Final = 200
"""Lines on one page."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which of the lines are wanted: so many, after the first `after`. The surest come first."""

    after: int = 0
    most: int = SHOWN


FIRST: Final = Part()
_KEPT: Final = frozenset({"digest", "sources", "disputes", "sharesKnown"})
"""The short members of a trace."""


@dataclass(frozen=True, slots=True)
class LotSeen:
    """What the pages say of a lot. `left`: how much of it is left, and in which unit."""

    product: str
    statement: str
    kind: str
    holder: str
    left: tuple[str, str] | None
    plots: tuple[tuple[str, str], ...]
    """Each plot with the region that is stated of it."""


@dataclass(frozen=True, slots=True)
class Goods:
    """`lots` by urn; `lines` of the scope, one page of `count`; `least` and `most` amounts by unit over all.

    `unseen`: why the traces are not shown, where this authority may not see them.
    """

    graph: Graph
    lots: Mapping[str, LotSeen]
    lines: Sequence[Mapping[str, Any]] = ()
    totals: Sequence[Mapping[str, Any]] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""
    as_of: str = ""
    least: Mapping[str, Decimal] = field(default_factory=dict)
    most: Mapping[str, Decimal] = field(default_factory=dict)
    unbounded: int = 0
    """Lines of which no upper bound is known."""
    unseen: Refusal | None = None
    sources: Sequence[Mapping[str, Any]] = ()
    shares_known: bool = True
    regions: Mapping[str, str] = field(default_factory=dict)
    """Receiver -> the region that its master data name."""
    disputes: Sequence[Mapping[str, Any]] = ()
    """What two sides state differently about these lots, and nobody has settled."""
    below: frozenset[str] = frozenset()
    """The lot itself and all that was made of it."""
    count: int = 0
    """Lines of the scope, shown or not."""
    part: Part = FIRST
    consignees: Mapping[str, Consignee] = field(default_factory=dict)
    passed_on: frozenset[str] = frozenset()
    """Lots out of which a line says that goods went."""


class Passing:
    """Sums over the lines of a scope as they pass; pieces and kilograms are never added."""

    def __init__(self, maker: str) -> None:
        self.count = self.unbounded = 0
        self.least: dict[str, Decimal] = {}
        self.most: dict[str, Decimal] = {}
        self.passed_on: set[str] = set()
        self.shippers: set[str] = set()
        self.receivers: set[str] = set()
        self.gathering = Gathering(maker)

    def noted(self, lines: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """The same lines, each counted."""
        for line in lines:
            self.count += 1
            self.passed_on.add(str(line["from"]))
            self.shippers.update(filter(None, [line.get("shipper")]))
            self.receivers.update(filter(None, [line.get("receiver")]))
            self.gathering.line(line)
            if line["counted"]:
                self.unbounded += line["most"] is None
                _add(self.most, line["most"])
                _add(self.least, line["least"] if line["word"] == CERTAIN else None)
            yield line

    def page(self, lines: Iterable[Mapping[str, Any]], part: Part) -> list[Mapping[str, Any]]:
        """The wanted part of the lines in their order, once all have passed."""
        return nsmallest(part.after + part.most, self.noted(lines), key=order_of)[part.after :]


class Traces:
    """Both traces of a lot while they pass: boxes and ways, what is said of each lot, whose data it is."""

    def __init__(self, start: str) -> None:
        self.tracing = Tracing(start)
        self.lots: dict[str, LotSeen] = {}
        self.parties: set[str] = set()
        self.latest: list[str] = []
        """The lots of the trace that was read last."""

    def read(self, members: Members, *, suspect: bool) -> dict[str, Any]:
        """The short members of a trace; `suspect` for that to the sources."""
        told: dict[str, Any] = {}
        self.latest = []
        long = {"lots": self._lot, "links": self.tracing.link}
        for name, value in members:
            if name == "openEnds":
                self.tracing.begin(_items(value), suspect=suspect)
            elif name in _KEPT:
                told[name] = list(value) if isinstance(value, Iterator) else value
            elif isinstance(value, Iterator):  # the digest covers what is shown nowhere here: it has to pass
                for one in value:
                    long.get(name, _pass_by)(one)
        return told

    def _lot(self, lot: Mapping[str, Any]) -> None:
        urn = str(lot["lot"])
        self.tracing.lot(lot)
        self.lots[urn] = _seen(lot)
        self.parties.update(str(lot[who]) for who in ("holder", "statedBy") if lot.get(who))
        self.latest.append(urn)


def _pass_by(_item: object) -> None:
    pass


def order_of(line: Mapping[str, Any]) -> tuple[object, ...]:
    """Confirmed first, then what is less sure; within that by receiver."""
    who = str(line.get("name") or line.get("receiver") or "")
    return line["word"] != CERTAIN, not line["counted"], str(line["column"]), who, str(line["from"])


def goods_of_case(
    transactions: Transactions, actor: Actor, row: CaseRow, what: str = "page", part: Part = FIRST
) -> Goods:
    """All that is known of the goods; raises nothing for goods out of sight, which is told instead."""
    traces, passing = Traces(row.lot), Passing(row.party)
    try:
        up = traces.read(trace_lineage(transactions, row.lot, "upstream", actor), suspect=True)
        down = traces.read(trace_lineage(transactions, row.lot, "downstream", actor), suspect=False)
        scope: dict[str, Any] = {}
        for name, value in read_scope(transactions, row.lot, actor):
            scope[name] = passing.page(_items(value), part) if name == "lines" else value
    except Refusal as refusal:
        return Goods(Tracing(row.lot).graph(), {}, unseen=refusal)
    parties, lots = traces.parties | passing.shippers, traces.lots
    seen = Seen(what, row.number, len(lots) + passing.count)
    note_look(transactions, actor, parties, seen, Purpose(row.number, row.number))
    with transactions.look(actor.subject) as tx:
        names = firm_names(tx.connection, sorted(parties | passing.receivers))
        regions = stated_regions(tx.connection, sorted(passing.receivers))
    return Goods(
        traces.tracing.graph(),
        lots,
        scope["lines"],
        scope["totals"],
        names,
        str(down.get("digest", "")),
        str(scope["asOf"]),
        passing.least,
        passing.most,
        passing.unbounded,
        sources=up.get("sources") or (),
        shares_known=bool(up.get("sharesKnown", True)),
        regions=regions,
        disputes=_open_disputes(up, down),
        below=frozenset({row.lot, *traces.latest}.intersection(lots)),
        count=passing.count,
        part=part,
        consignees=passing.gathering.named(names),
        passed_on=frozenset(passing.passed_on),
    )


def _items(value: object) -> Iterable[Mapping[str, Any]]:
    return value if isinstance(value, Iterable) else ()


def _seen(lot: Mapping[str, Any]) -> LotSeen:
    left = lot.get("available")
    return LotSeen(
        str(lot.get("productName") or ""),
        str(lot.get("statement") or ""),
        str(lot["kind"]),
        str(lot.get("holder") or ""),
        (str(left["value"]), str(left["unit"])) if left is not None else None,
        tuple((str(plot["place"]), str(plot["region"] or "")) for plot in lot["plots"]),
    )


def sketch_of(goods: Goods, receivers: Iterable[str]) -> Sketch:
    """Where the goods come from and where they went, by district; `receivers` by their urn, "" for none."""
    plots = dict(plot for lot in goods.lots.values() for plot in lot.plots)
    return sketch(plots.values(), [district_of(goods.regions.get(party)) for party in receivers])


def _open_disputes(*documents: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = [
        one for document in documents for one in document.get("disputes") or () if one["outcome"] is None
    ]
    return list({tuple(one["statements"]): one for one in found}.values())


def _add(sums: dict[str, Decimal], amount: Mapping[str, Any] | None) -> None:
    if amount is not None:
        unit = str(amount["unit"])
        sums[unit] = sums.get(unit, Decimal(0)) + Decimal(str(amount["value"]))
