"""Hand-overs in a bundle: what each receipt is, what rests on pairs, and to what no pair leads."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trace.ledger.bundle.disputes import disputes_in
from trace.ledger.bundle.limits import Limits
from trace.ledger.bundle.logged import NEVER, Logged
from trace.ledger.bundle.named_goods import texts_in
from trace.ledger.bundle.verdict import HandoverResult, Step, StepState
from trace.ledger.canonical import JsonValue
from trace.ledger.pairing import NOT_COMPARABLE, PAIRED, Handed, PairNames, pair

CONFIRMED, PARTLY, NONE = "confirmed", "partly", "none"
_SILENT: Final = frozenset({"withdrawn", "returned"})
"""Receipts that bring nothing into the goods of this bundle."""
_WORST: Final = ("claimed", "refused", "through", "paper", "disputed")


@dataclass(frozen=True, slots=True)
class Origins:
    """What the hand-overs of a bundle come to; `apart` are positions of entries to which no pair leads."""

    handovers: tuple[HandoverResult, ...]
    provenance: str
    apart: frozenset[int]
    step: Step | None


def judge_origins(lot: str, logged: Sequence[Logged], withheld: Collection[str], limits: Limits) -> Origins:
    """The receipts of a bundle about `lot`, by the words of `limits.pairs`."""
    names = limits.pairs
    if names is None:
        return Origins((), NONE, frozenset(), None)
    signed = [one.signed for one in logged]
    judged = pair(signed, names, withheld=withheld)
    pairs = {one.receipt: one.handover for one in judged if one.state in PAIRED}
    if limits.disputes is not None:
        disputes = disputes_in(logged, pairs, limits.disputes)
        if disputes.settled:
            judged = pair(signed, names, withheld=withheld, settled=disputes.settled)
        judged = disputes.contested(judged, {one.id: one.iss for one in signed})
    reached = _reached(lot, [one for one in logged if one.valid], pairs, limits, names)
    apart = frozenset(
        one.position
        for one in logged
        if one.valid and one.statement.claims.typ in limits.goods and one.id not in reached
    )
    results = tuple(_result(one) for one in judged)
    behind = [one for one in results if one.receipt in reached and one.state not in _SILENT]
    return Origins(results, _provenance([one.state for one in behind]), apart, _step(behind, apart))


def _reached(
    lot: str, logged: Sequence[Logged], pairs: Mapping[str, str | None], limits: Limits, names: PairNames
) -> set[str]:
    """The statements that tell where the goods come from.

    A statement leads to what its own signer made and names, a receipt to its hand-over where the two are a
    pair: nobody's word alone leads to another party.
    """
    reached: set[str] = set()
    issuers: set[str] = set()
    things = {lot}
    grown = True
    while grown:
        handed = {pairs[receipt] for receipt in reached & pairs.keys()}
        new = [
            one
            for one in logged
            if one.id not in reached and (one.id in handed or _leads(one, issuers, things, limits, names))
        ]
        for one in new:
            claims = one.statement.claims
            reached.add(one.id)
            issuers.add(claims.iss)
            things |= {text for text in texts_in(claims.data) if _is_own(text, claims.iss, names)}
        grown = bool(new)
    return reached


def _leads(
    one: Logged,
    issuers: Collection[str],
    things: Collection[str],
    limits: Limits,
    names: PairNames,
) -> bool:
    """Whether a statement is about something that is reached, or makes it."""
    claims = one.statement.claims
    if claims.typ in names.handovers and claims.sub not in things:
        return False
    if claims.sub in things and (names.owners(claims.sub) or claims.iss in issuers):
        return True
    return any(
        isinstance(each, str) and each in things
        for each in lots_in(claims.data, limits.made.get(claims.typ, ()))
    )


def _is_own(text: str, iss: str, names: PairNames) -> bool:
    return iss in names.owners(text) or text.startswith("urn:place:")


def lots_in(data: Mapping[str, JsonValue], paths: Collection[str]) -> list[object]:
    """What stands in the members at dotted paths, through lists."""
    found: list[object] = []
    for path in paths:
        level: list[object] = [data]
        for step in path.split("."):
            inner = [one[step] for one in level if isinstance(one, Mapping) and step in one]
            level = [each for one in inner for each in (one if isinstance(one, list) else [one])]
        found += level
    return found


def _result(one: Handed) -> HandoverResult:
    by = one.place.by if one.place is not None and one.place.by is not NEVER else None
    return HandoverResult(one.receipt, one.handover, one.state, one.reason, by)


def _provenance(behind: Sequence[str]) -> str:
    paired = sum(state in PAIRED for state in behind)
    if not paired:
        return NONE
    return CONFIRMED if paired == len(behind) else PARTLY


def _step(behind: Sequence[HandoverResult], apart: Collection[int]) -> Step:
    detail: dict[str, JsonValue] = {"apart": sorted(apart)} if apart else {}
    states, reasons = {one.state for one in behind}, {one.reason for one in behind}
    found = [
        *(state for state in _WORST if state in states),
        *(["apart"] if apart else []),
        *([NOT_COMPARABLE] if NOT_COMPARABLE in reasons else []),
    ]
    if found:
        return Step("handovers", StepState.NOTED, found[0], detail)
    return Step(
        "handovers", StepState.PASSED if behind else StepState.ABSENT, "" if behind else "no-receipts"
    )
