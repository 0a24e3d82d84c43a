"""Gate checks: open marks hold acts of the system back; what happened all the same has to be declared.

A mark stands once, on the lot that it is about; what it closes further down is decided at the moment of the
act by looking up the graph. So a test that fails later, a correction and a settlement hold at once for
whatever was made of that lot, wherever it is by then. A failed test holds for the other packings of the same
production batch too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trace.chain.admission.decision import Decision
from trace.chain.admission.marks_above import Spread, marks_above, tests_above
from trace.chain.admission.numbers import REFUSALS as NUMBERS
from trace.chain.chain_state import KnownLot
from trace.chain.editions import FIRST, SECOND
from trace.chain.effects import Mark
from trace.chain.facts import Fact
from trace.chain.lineage.packings import FAILED
from trace.errors.food import (
    ActBlocked,
    BannedPesticideUsed,
    BatchFailed,
    FailedTestStands,
    GateClosed,
    HarvestedTooSoon,
    HeldLotUsed,
    LabelContentMissing,
    MarkLicenceLapsed,
    OverApprovedOutput,
    ShippedOfFailedBatch,
    ShippedThroughGate,
)
from trace.frozen import quickly_made

HELD: Final = "lot-held"
RECALLED: Final = "lot-recalled"
FAILED_REPORT: Final = FAILED
ORDERS: Final = frozenset({HELD, RECALLED})
"""Codes of marks that an order of the bureau makes: such goods stay where they are."""
OF_INPUTS: Final = frozenset({"pre-harvest-interval", "banned-pesticide"})
"""Codes of marks for what was used on the plot."""
SPREADING: Final = ORDERS | OF_INPUTS | {FAILED_REPORT, "receipt-differs"}
"""Codes of marks that close gates for whatever is made of the marked lot."""

_REFUSALS: Final[Mapping[str, type[ActBlocked]]] = {
    "pre-harvest-interval": HarvestedTooSoon,
    "banned-pesticide": BannedPesticideUsed,
    FAILED_REPORT: FailedTestStands,
    "mark-licence-lapsed": MarkLicenceLapsed,
    "over-approved-output": OverApprovedOutput,
    "label-content-missing": LabelContentMissing,
    **NUMBERS,
}
"""Code of the mark -> the refusal that says what to do about it."""

TESTS: Final = OF_INPUTS | {FAILED_REPORT}
"""Those of them that a link of old still brings down, where they were noted before it was taken away."""


def check_gates(
    decision: Decision, goods: Sequence[KnownLot], gates: tuple[str, ...], beside: Collection[str] = ()
) -> None:
    """Raises the refusal of the first open mark that closes one of `gates`, with the figures of the mark.

    `goods` are the lot acted on and the lots that were the same goods before it; marks of the codes `beside`
    are asked elsewhere. A failed test of another packing of the batch closes them since the second edition.
    """
    for one in closing(decision, goods, gates):
        if one.mark.code not in beside:
            refusal = refusal_of(one.mark, one.urn, gates, goods[0].urn if one.of_batch else None)
            decision.refuse(refusal, since=SECOND if one.of_batch else FIRST)


def refusal_of(mark: Mark, urn: str, gates: tuple[str, ...], beside: str | None = None) -> ActBlocked:
    """The refusal of an act that an open mark of the lot `urn` keeps behind one of `gates`.

    `beside` is the lot acted on where the mark is of another packing of a production batch.
    """
    figures = figures_of(urn, mark, gates)
    if beside is not None:
        return BatchFailed(of=beside, **figures)
    return _REFUSALS.get(mark.code, GateClosed)(**figures)


def declare_gates(
    decision: Decision,
    goods: Sequence[KnownLot],
    gates: tuple[str, ...],
    fact: Fact,
    lot: int,
    beside: Collection[str] = (),
) -> None:
    """For what happened outside the system: refused unless declared, then marked.

    Marks of the codes `beside` are asked elsewhere. Raises `ShippedThroughGate`, and since the second edition
    `ShippedOfFailedBatch`; the rule to declare is that of the mark.
    """
    for one in closing(decision, goods, gates):
        mark = one.mark
        if mark.code in beside:
            continue
        figures = figures_of(one.urn, mark, gates)
        reason = fact.declaration(mark.rule)
        if reason is None and one.of_batch:
            decision.refuse(ShippedOfFailedBatch(of=goods[0].urn, **figures), since=SECOND)
            continue
        if reason is None:
            decision.refuse(ShippedThroughGate(**figures))
            continue
        figures.pop("rule")
        decision.note(mark.rule, "shipped-through-gate", lot, (), figures, reason)


def declare_orders(decision: Decision, uppers: Iterable[KnownLot], fact: Fact, lot: int) -> None:
    """P05: what is held or recalled, or made of it, is not used; if it was, the signer declares it.

    Raises `HeldLotUsed`.
    """
    told: set[int] = set()
    for upper in uppers:
        for urn, mark in orders_above(decision, upper):
            if mark.id not in told:
                told.add(mark.id)
                value = str(mark.params.get("value", ""))
                decision.must(mark.rule, HeldLotUsed, lot, fact, lot=urn, value=value, limit=mark.code)


def orders_above(decision: Decision, lot: KnownLot) -> list[tuple[str, Mark]]:
    """The orders on these goods: on the lot itself and on all of which something may be in it, each with the
    urn of the lot that it names; through a claim or a link of old without its figures."""
    own = [(lot.urn, mark) for mark in lot.marks if mark.code in ORDERS]
    named = {mark.id for _, mark in own}
    above = marks_above(decision.known, lot.id, Spread(_is_order, ORDERS, ()))
    return [*own, *(each for each in above if each[1].id not in named)]


def _is_order(mark: Mark, _urn: str) -> bool:
    return mark.code in ORDERS


@quickly_made
@dataclass(frozen=True, slots=True)
class Closing:
    """An open mark that closes a gate, with the urn of its lot; `of_batch` where that is another packing of a
    production batch that the goods, or what is in them, are of."""

    urn: str
    mark: Mark
    of_batch: bool = False


def closing(decision: Decision, goods: Sequence[KnownLot], gates: tuple[str, ...]) -> list[Closing]:
    """Open marks that close one of the gates: those of the goods, then those that come with the inputs, then
    the failed tests of other packings of a production batch."""
    bearing = [Closing(lot.urn, mark) for lot in goods for mark in lot.marks]
    named = {one.mark.id for one in bearing}
    above, of_batch = tests_above(decision.known, goods[0].id, Spread(spreads, ORDERS, TESTS))
    bearing.extend(Closing(*each) for each in above if each[1].id not in named)
    bearing.extend(Closing(*each, of_batch=True) for each in of_batch if each[1].id not in named)
    return [one for one in bearing if any(gate in one.mark.gates for gate in gates)]


def spreads(mark: Mark, urn: str) -> bool:
    """Whether a mark of the lot `urn` holds for what was made of it.

    Of a disputed receipt only what was received is tainted, not all that the supplier ever had.
    """
    return mark.code in SPREADING and mark.params.get("supplierLot") != urn


def bears_on(mark: Mark, upper: str, lot: str, goods: Collection[str]) -> bool:
    """Whether a mark of the lot `upper` closes gates for `lot`, which was the `goods` (urns) before."""
    return upper == lot or upper in goods or spreads(mark, upper)


def figures_of(urn: str, mark: Mark, gates: tuple[str, ...]) -> dict[str, object]:
    """The figures in a refusal, of the mark of the lot `urn` that closes one of `gates`."""
    return {
        "rule": mark.rule,
        "lot": urn,
        "mark": mark.code,
        "gate": next(gate for gate in gates if gate in mark.gates),
        "clause": str(mark.params.get("clause", "")),
        "value": str(mark.params.get("value", "")),
        "limit": str(mark.params.get("limit", "")),
    }
