"""Gate checks: open marks hold acts of the system back; what happened all the same has to be declared.

A mark stands once, on the lot that it is about; what it closes further down is decided at the moment of the
act by looking up the graph. So a test that fails later, a correction and a settlement hold at once for
whatever was made of that lot, wherever it is by then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from trace.chain.admission.decision import Decision
from trace.chain.admission.marks_above import Spread, marks_above
from trace.chain.admission.numbers import REFUSALS as NUMBERS
from trace.chain.chain_state import KnownLot
from trace.chain.effects import Mark
from trace.chain.facts import Fact
from trace.errors.food import (
    ActBlocked,
    BannedPesticideUsed,
    FailedTestStands,
    GateClosed,
    HarvestedTooSoon,
    HeldLotUsed,
    LabelContentMissing,
    MarkLicenceLapsed,
    OverApprovedOutput,
    ShippedThroughGate,
)

HELD: Final = "lot-held"
RECALLED: Final = "lot-recalled"
FAILED_REPORT: Final = "failed-report"
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
    are asked elsewhere.
    """
    for urn, mark in closing(decision, goods, gates):
        if mark.code not in beside:
            decision.refuse(refusal_of(mark, urn, gates))


def refusal_of(mark: Mark, urn: str, gates: tuple[str, ...]) -> ActBlocked:
    """The refusal of an act that an open mark of the lot `urn` keeps behind one of `gates`."""
    return _REFUSALS.get(mark.code, GateClosed)(**figures_of(urn, mark, gates))


def declare_gates(
    decision: Decision, goods: Sequence[KnownLot], gates: tuple[str, ...], fact: Fact, lot: int
) -> None:
    """For what happened outside the system: refused unless declared, then marked.

    Raises `ShippedThroughGate`; the rule to declare is that of the mark.
    """
    for upper, mark in closing(decision, goods, gates):
        figures = figures_of(upper, mark, gates)
        reason = fact.declaration(mark.rule)
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


def closing(decision: Decision, goods: Sequence[KnownLot], gates: tuple[str, ...]) -> list[tuple[str, Mark]]:
    """Open marks that close one of the gates, each with the urn of its lot: those of the goods, then those
    that come with the inputs."""
    bearing = [(lot.urn, mark) for lot in goods for mark in lot.marks]
    named = {mark.id for _, mark in bearing}
    above = marks_above(decision.known, goods[0].id, Spread(spreads, ORDERS, TESTS))
    bearing.extend(each for each in above if each[1].id not in named)
    return [(urn, mark) for urn, mark in bearing if any(gate in mark.gates for gate in gates)]


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
