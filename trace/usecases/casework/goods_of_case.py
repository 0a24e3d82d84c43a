"""The goods of a case: where they came from, where they went, and how much of it is sure.

Sums, consignees and boxes are of all the goods, whatever a page shows; of the lines those of one page are
kept. Every firm whose data are shown is noted before, with the case as the purpose. Goods of few lots are
read anew at each look; those of many once, by a job (`kept_goods`).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from heapq import nsmallest
from typing import Any, Final

from trace.errors import Refusal
from trace.identity.region import district_of
from trace.oversight.diagram.districts import Sketch, sketch
from trace.oversight.diagram.graph import Graph, Tracing
from trace.parties import Actor
from trace.store.analyses.runs import RunRow
from trace.store.casework.asked import firm_names, stated_regions
from trace.store.casework.cases import CaseRow
from trace.store.transaction import Transactions
from trace.usecases.casework.consignees import NOBODY, Consignees, Gathered, Gathering
from trace.usecases.casework.goods_concerned import NO_GOODS, GoodsConcerned
from trace.usecases.casework.look import Purpose, Seen, note_look
from trace.usecases.casework.read_goods import Line, order_of, read_goods

SHOWN: Final = 200
"""Lines on one page."""
EXCLUDED: Final = 50
"""So many of the lots that are not in the traces are told."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which of the lines are wanted: so many, after the first `after`. The surest come first."""

    after: int = 0
    most: int = SHOWN


FIRST: Final = Part()


@dataclass(frozen=True, slots=True)
class Goods:
    """`lines` of the scope, one page of `count`; `least` and `most` amounts by unit over all.

    `unseen`: why the traces are not shown, where this authority may not see them.
    """

    graph: Graph
    lines: Sequence[Line] = ()
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
    regions: Mapping[str, int] = field(default_factory=dict)
    """Region -> how many consignees' master data name it, "" for those of which none is known."""
    disputes: Sequence[Mapping[str, Any]] = ()
    """What two sides state differently about these lots, and nobody has settled."""
    reach: int = 0
    """The lot itself and all that was made of it."""
    held: Mapping[str, Decimal] = field(default_factory=dict)
    plots: Mapping[str, int] = field(default_factory=dict)
    count: int = 0
    """Lines of the scope, shown or not."""
    part: Part = FIRST
    consignees: Consignees = NOBODY
    parties: frozenset[str] = frozenset()
    """Whose data were noted as looked at."""
    passed_on: frozenset[str] = frozenset()
    """Lots out of which a line says that goods went; of goods that were kept `consignees` knows it."""
    products: Mapping[str, str] = field(default_factory=dict)
    """What the lots are of out of which goods went; of goods that were kept, those of the lines."""
    kept: str = ""
    """The hash of the reading that is shown, "" where the goods were read just now."""
    newer: int = 0
    """How many records the log has taken since that reading."""
    concerned: GoodsConcerned = NO_GOODS
    """The lot of the case and the packings that failed with it, as they are now."""
    ask_first: Sequence[Mapping[str, Any]] = ()
    """The records that would settle most of what is possible only, the first of them most."""
    excluded: Sequence[Mapping[str, Any]] = ()
    """The first of the connected lots that are not in the traces, each with its reason; `left_out`: all."""
    left_out: int = 0
    run: RunRow | None = None
    """The job that reads these goods, while it does; without `kept` nothing of them is known yet."""

    @property
    def starts(self) -> Sequence[str]:
        """The lots from which the traces down and the scope go out."""
        return [one.urn for one in self.concerned.first]

    @property
    def awaited(self) -> bool:
        """Whether they are being read for the first time: nothing may be concluded from an empty page."""
        return self.run is not None and not self.kept


def goods_of_case(
    transactions: Transactions, actor: Actor, row: CaseRow, what: str = "page", part: Part = FIRST
) -> Goods:
    """All that is known of the goods, read now; goods out of sight are told as such, not raised."""
    gathering = Gathering(row.party)
    lines: list[Line] = []

    def take(passing: Iterable[Line], _: Tracing) -> None:
        def gathered() -> Iterable[Line]:
            for line in passing:
                gathering.line(line)
                yield line

        every = gathered()
        lines.extend(nsmallest(part.after + part.most, every, key=order_of)[part.after :])
        deque(every, maxlen=0)  # of no lines at all `nsmallest` asks for none: they have to pass

    try:
        read = read_goods(transactions, actor, row, take)
    except Refusal as refusal:
        return unseen_goods(row, refusal)
    lots = sum(1 for _ in read.tracing.lots())
    seen = Seen(what, row.number, lots + read.count)
    note_look(transactions, actor, read.parties, seen, Purpose(row.number, row.number))
    with transactions.look(actor.subject) as tx:
        names = firm_names(tx.connection, sorted(read.parties | read.receivers))
        regions = stated_regions(tx.connection, sorted(read.receivers))
    consignees = gathering.named(names)
    return Goods(
        read.graph(),
        lines,
        read.totals,
        names,
        read.digest,
        read.as_of,
        read.least,
        read.most,
        read.unbounded,
        sources=read.sources,
        shares_known=read.shares_known,
        regions=Counter(regions.get(one.party, "") for one in consignees.values()),
        disputes=read.disputes,
        reach=read.reach,
        held=read.held,
        plots=read.plots,
        count=read.count,
        part=part,
        consignees=Gathered(consignees, read.passed_on),
        parties=read.parties,
        passed_on=read.passed_on,
        concerned=read.concerned,
        ask_first=read.ask_first,
        excluded=read.excluded[:EXCLUDED],
        left_out=len(read.excluded),
        products={lot: read.tracing.product(lot) for lot in read.passed_on},
    )


def unseen_goods(row: CaseRow, refusal: Refusal) -> Goods:
    """The goods of a case for whoever may not see them."""
    return Goods(Tracing(row.lot).graph(), unseen=refusal)


def no_goods(row: CaseRow) -> Goods:
    """The goods of a case about a firm: none."""
    return Goods(Tracing(row.party).graph())


def goods_awaited(row: CaseRow, run: RunRow | None) -> Goods:
    """Goods of which nothing is known before they have been read for the first time."""
    return Goods(Tracing(row.lot).graph(), run=run)


def sketch_of(goods: Goods) -> Sketch:
    """Where the goods come from and where they went, by district."""
    had: Counter[str] = Counter()
    for region, count in goods.regions.items():
        had[district_of(region) if region else ""] += count
    return sketch(Counter(goods.plots).elements(), had.elements())
