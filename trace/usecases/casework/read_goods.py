"""Reading the goods of a case to the last lot: its traces and the scope, folded while they pass.

Up goes the trace of the lot that failed, down those of all goods that failed with it.

What is kept grows with the answer's shape, not with what is said of each lot: boxes of the diagram, sums by
unit, by district and by firm. The lines go to whoever takes them.
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, Final

from trace.chain.lineage.exclusion import BEYOND
from trace.oversight.diagram.graph import Graph, Tracing
from trace.parties import Actor
from trace.store.casework.cases import CaseRow
from trace.store.transaction import Transactions
from trace.usecases.analyses.progress import READING, Progress, unheard
from trace.usecases.casework.goods_concerned import GoodsConcerned, goods_concerned
from trace.usecases.lots.lineage_document import CERTAIN, Members
from trace.usecases.lots.recall_scope import read_scope
from trace.usecases.lots.trace_lineage import trace_lineage

Line = Mapping[str, Any]
Taking = Callable[[Iterable[Line], Tracing], None]
"""Takes every line of the scope as it passes, once both traces have passed."""
_KEPT: Final = frozenset({"digest", "sources", "disputes", "sharesKnown", "excluded"})
"""The short members of a trace."""
_ON_ITS_WAY: Final = "consignment"


@dataclass(frozen=True, slots=True)
class GoodsRead:
    """What both traces and the scope say of all lots. `tracing` has the boxes, `parties`: whose data it is.

    `least` and `most`: amounts by unit; `held`: what the firm of the case still has of the goods; `reach`:
    how many lots an order on the goods would reach; `plots`: district -> how many plots lie there.
    """

    tracing: Tracing
    parties: frozenset[str]
    receivers: frozenset[str]
    totals: Sequence[Mapping[str, Any]]
    digest: str
    as_of: str
    least: Mapping[str, Decimal]
    most: Mapping[str, Decimal]
    unbounded: int
    sources: Sequence[Mapping[str, Any]]
    shares_known: bool
    disputes: Sequence[Mapping[str, Any]]
    reach: int
    held: Mapping[str, Decimal]
    plots: Mapping[str, int]
    count: int
    passed_on: frozenset[str]
    """Lots out of which a line says that goods went."""
    concerned: GoodsConcerned
    excluded: Sequence[Mapping[str, Any]]
    """Connected lots that are not in the traces, each with its reason and the `way` of the trace."""
    ask_first: Sequence[Mapping[str, Any]]
    """The records that would settle most of what is possible only."""

    def graph(self) -> Graph:
        return self.tracing.graph()


class Passing:
    """Sums over the lines of a scope as they pass; pieces and kilograms are never added."""

    def __init__(self) -> None:
        self.count = self.unbounded = 0
        self.least: dict[str, Decimal] = {}
        self.most: dict[str, Decimal] = {}
        self.passed_on: set[str] = set()
        self.shippers: set[str] = set()
        self.receivers: set[str] = set()

    def noted(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The same lines, each counted."""
        for line in lines:
            self.count += 1
            self.passed_on.add(str(line["from"]))
            self.shippers.update(filter(None, [line.get("shipper")]))
            self.receivers.update(filter(None, [line.get("receiver")]))
            if line["counted"]:
                self.unbounded += line["most"] is None
                _add(self.most, line["most"])
                _add(self.least, line["least"] if line["word"] == CERTAIN else None)
            yield line


class Traces:
    """Both traces of a lot while they pass: boxes and ways, what is left where, whose data it is."""

    def __init__(self, start: str, maker: str, told: Callable[[], None]) -> None:
        self.tracing = Tracing(start)
        self.parties: set[str] = set()
        self.held: dict[str, Decimal] = {}
        self.reach = 0
        self.below: set[str] = set()
        self._start, self._maker, self._told = start, maker, told
        self._plots: dict[str, str] = {}

    @property
    def plots(self) -> Mapping[str, int]:
        """District -> plots in it, "" for those of which none is known."""
        return Counter(self._plots.values())

    def read(self, members: Members, *, suspect: bool) -> dict[str, Any]:
        """The short members of a trace; `suspect` for that to the sources."""
        told: dict[str, Any] = {}
        long: dict[str, Callable[[Line], None]] = {
            "lots": partial(self._lot, below=not suspect),
            "links": self.tracing.link,
        }
        for name, value in members:
            if name == "openEnds":
                self.tracing.begin(items(value), suspect=suspect)
            elif name in _KEPT:
                told[name] = list(value) if isinstance(value, Iterator) else value
            elif name in long:
                deque(map(long[name], items(value)), maxlen=0)
            elif isinstance(value, Iterator):  # the digest covers what is shown nowhere here: it has to pass
                deque(value, maxlen=0)
        return told

    def _lot(self, lot: Mapping[str, Any], *, below: bool) -> None:
        self.tracing.lot(lot)
        self.parties.update(str(lot[who]) for who in ("holder", "statedBy") if lot.get(who))
        self._plots.update((str(plot["place"]), str(plot["region"] or "")) for plot in lot["plots"])
        if below and lot["lot"] not in self.below:
            self.below.add(str(lot["lot"]))
            self.reach += 1
            if lot["kind"] != _ON_ITS_WAY and lot.get("holder") == self._maker:
                _add(self.held, lot.get("available"))
        self._told()


def read_goods(
    transactions: Transactions,
    actor: Actor,
    row: CaseRow,
    take: Taking,
    told: Progress = unheard,
    lots: int = 0,
) -> GoodsRead:
    """Everything of the goods of a case, its lines handed to `take`; `lots`: about how many there are.

    Raises what a trace is refused for.
    """
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        told(READING, done, 2 * max(lots, done))

    with transactions.look(actor.subject) as tx:
        concerned = goods_concerned(tx.connection, row.lot)
    starts = [one.urn for one in concerned.first] or [row.lot]
    traces, passing = Traces(row.lot, row.party, step), Passing()
    up = traces.read(trace_lineage(transactions, row.lot, "upstream", actor), suspect=True)
    downs = [
        traces.read(trace_lineage(transactions, start, "downstream", actor), suspect=False)
        for start in starts
    ]
    scope: dict[str, Any] = {}
    with closing(read_scope(transactions, starts[0], actor, starts[1:])) as members:  # type: ignore[type-var]
        for name, value in members:
            if name == "lines":
                take(_stepping(passing.noted(items(value)), step), traces.tracing)
            else:
                scope[name] = value
    return GoodsRead(
        traces.tracing,
        frozenset(traces.parties | passing.shippers),
        frozenset(passing.receivers),
        scope["totals"],
        _digest(downs),
        str(scope["asOf"]),
        passing.least,
        passing.most,
        passing.unbounded,
        up.get("sources") or (),
        bool(up.get("sharesKnown", True)),
        _open_disputes(up, *downs),
        traces.reach,
        traces.held,
        traces.plots,
        passing.count,
        frozenset(passing.passed_on),
        concerned,
        _excluded(up, downs, traces.below),
        scope.get("askFirst") or (),
    )


def _digest(traces: Sequence[Mapping[str, Any]]) -> str:
    """The digest of the trace down; of several that over theirs, in order."""
    digests = [str(one.get("digest", "")) for one in traces]
    return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()


def _stepping(lines: Iterable[Line], step: Callable[[], None]) -> Iterator[Line]:
    for line in lines:
        step()
        yield line


def order_of(line: Line) -> tuple[str, ...]:
    """Confirmed first, then what is less sure; within that by receiver."""
    who = str(line.get("name") or line.get("receiver") or "")
    sure = f"{int(line['word'] != CERTAIN)}{int(not line['counted'])}"
    return sure, str(line["column"]), who, str(line["from"])


def items(value: object) -> Iterable[Mapping[str, Any]]:
    """The items of a long member."""
    return value if isinstance(value, Iterable) else ()


def _excluded(
    up: Mapping[str, Any], downs: Iterable[Mapping[str, Any]], below: Collection[str]
) -> list[Mapping[str, Any]]:
    """What the traces left out, what hangs on others last; `below`: what one of those down did reach."""
    every = [("up", gone) for gone in up.get("excluded") or ()]
    every += [
        ("down", gone) for one in downs for gone in one.get("excluded") or () if gone["lot"] not in below
    ]
    found = {(way, str(gone["lot"])): {**gone, "way": way} for way, gone in every}
    return sorted(found.values(), key=lambda gone: (gone["reason"] == BEYOND, gone["way"], str(gone["lot"])))


def _open_disputes(*documents: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = [
        one for document in documents for one in document.get("disputes") or () if one["outcome"] is None
    ]
    return list({tuple(one["statements"]): one for one in found}.values())


def _add(sums: dict[str, Decimal], amount: Mapping[str, Any] | None) -> None:
    if amount is not None:
        unit = str(amount["unit"])
        sums[unit] = sums.get(unit, Decimal(0)) + Decimal(str(amount["value"]))
