"""Open marks close gates: acts of the system wait, a shipment that happened all the same is declared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from trace.chain.admission.docket import Docket
from trace.chain.effects import Mark
from trace.chain.facts import Fact
from trace.chain.knowledge import KnownLot
from trace.errors.food import (
    ActBlocked,
    FailedTestStands,
    GateClosed,
    HarvestedTooSoon,
    LabelContentMissing,
    MarkLicenceLapsed,
    OverApprovedOutput,
    ShippedThroughGate,
)

_REFUSALS: Final[Mapping[str, type[ActBlocked]]] = {
    "pre-harvest-interval": HarvestedTooSoon,
    "failed-report": FailedTestStands,
    "mark-licence-lapsed": MarkLicenceLapsed,
    "over-approved-output": OverApprovedOutput,
    "label-content-missing": LabelContentMissing,
}
"""Code of the mark -> the refusal that says what to do about it."""


def check_gates(docket: Docket, lots: Iterable[KnownLot], gates: tuple[str, ...]) -> None:
    """Raises the refusal of the first open mark that closes one of `gates`, with the figures of the mark."""
    for lot, mark in closing(lots, gates):
        refusal = _REFUSALS.get(mark.code, GateClosed)
        raise refusal(**_figures(lot, mark, gates))


def declare_gates(
    docket: Docket, lots: Iterable[KnownLot], gates: tuple[str, ...], fact: Fact, lot: int
) -> None:
    """For what happened outside the system: refused unless declared, then marked.

    Raises `ShippedThroughGate`; the rule to declare is that of the mark.
    """
    for upper, mark in closing(lots, gates):
        figures = _figures(upper, mark, gates)
        reason = fact.declaration(mark.rule)
        if reason is None:
            raise ShippedThroughGate(**figures)
        figures.pop("rule")
        docket.add(
            Mark(docket.next_id("mark"), mark.rule, "shipped-through-gate", lot, (), figures, declared=reason)
        )


def closing(lots: Iterable[KnownLot], gates: tuple[str, ...]) -> list[tuple[KnownLot, Mark]]:
    """Open marks of these lots that close one of the gates."""
    return [(lot, mark) for lot in lots for mark in lot.marks if any(gate in mark.gates for gate in gates)]


def _figures(lot: KnownLot, mark: Mark, gates: tuple[str, ...]) -> dict[str, object]:
    return {
        "rule": mark.rule,
        "lot": lot.urn,
        "mark": mark.code,
        "gate": next(gate for gate in gates if gate in mark.gates),
        "clause": str(mark.params.get("clause", "")),
        "value": str(mark.params.get("value", "")),
        "limit": str(mark.params.get("limit", "")),
    }
