"""R18, the mass balance: nothing more out of a lot than it held, nothing more out of a process than went in.

Sums are exact and only within one dimension; where inputs and outputs do not share one (pieces and kilograms)
there is nothing to compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from trace.chain.admission.decision import Decision, exceeds, percent, share_of, shown
from trace.chain.facts import BatchProduced, Fact, GoodsPacked, Loss, Output, Taken
from trace.errors.food import (
    ConsumedBeyondAvailable,
    OutputsExceedInputs,
    PackContentDiffers,
    YieldOutOfRange,
)
from trace.quantities import Quantity, total


def check_available(decision: Decision, fact: Fact, inputs: Sequence[Taken], lot: int) -> None:
    """Each lot taken from holds as much as is taken, all takings of this statement together."""
    sums: dict[str, Quantity] = {}
    for taken in inputs:
        before = sums.get(taken.lot)
        sums[taken.lot] = taken.quantity if before is None else before + taken.quantity
    for urn, quantity in sums.items():
        available = decision.lot(urn).available
        if quantity > available:
            decision.must(
                "R18",
                ConsumedBeyondAvailable,
                lot,
                fact,
                kind="consumed-beyond-available",
                lot=urn,
                value=shown(quantity),
                limit=shown(available),
            )


def check_total(
    decision: Decision,
    fact: Fact,
    inputs: Sequence[Taken],
    outputs: Sequence[Output],
    loss: Loss | None,
    lot: int,
) -> None:
    """Outputs and loss exceed the inputs by no more than the tolerance."""
    out = [output.quantity for output in outputs] + ([loss.quantity] if loss else [])
    into = [taken.quantity for taken in inputs]
    if not out or not _comparable([*into, *out]):
        return
    tolerance = share_of(decision.rule("R18"))
    sum_in, sum_out = _sum(into), _sum(out)
    if exceeds(sum_out, sum_in, tolerance):
        decision.must(
            "R18",
            OutputsExceedInputs,
            lot,
            fact,
            kind="outputs-exceed-inputs",
            value=shown(sum_out.to(sum_in.unit)),
            limit=shown(sum_in),
            tolerance=percent(tolerance),
        )


def check_yield(decision: Decision, fact: BatchProduced, lot: int) -> None:
    """Products as a share of the main inputs stay within the range of the process, where one is set."""
    if fact.yield_of is None:
        return
    main = [taken.quantity for taken in fact.inputs if taken.role == "main"]
    made = [output.quantity for output in fact.outputs if output.kind == "product"]
    rule = decision.rules.find("R18", decision.day, process=fact.yield_of)
    if rule is None or rule.when.get("process") != fact.yield_of or not main or not made:
        return
    if not _comparable([*main, *made]):
        return
    share = _share(_sum(made), _sum(main)) * 100
    least, most = rule.span
    if not least <= share <= most:
        decision.must(
            "R18",
            YieldOutOfRange,
            lot,
            fact,
            kind="yield-out-of-range",
            process=fact.yield_of,
            value=percent(share / 100),
            limit=f"{least}–{most} %",
        )


def check_packs(decision: Decision, fact: GoodsPacked, lot: int) -> None:
    """Packs × net content against the amount consumed."""
    content = fact.net_content * fact.packs.value
    tolerance = share_of(decision.rule("R18", what="pack"))
    if exceeds(fact.quantity, content, tolerance) or exceeds(content, fact.quantity, tolerance):
        decision.must(
            "R18",
            PackContentDiffers,
            lot,
            fact,
            kind="pack-content-differs",
            value=shown(fact.quantity),
            limit=shown(content),
            tolerance=percent(tolerance),
        )


def total_of(inputs: Sequence[Taken]) -> Quantity | None:
    """The sum of all inputs, or None when they do not add up."""
    quantities = [taken.quantity for taken in inputs]
    return _sum(quantities) if _comparable(quantities) else None


def portion(part: Quantity, whole: Quantity | None, output: Quantity) -> Quantity | None:
    """What of the output came from this part, losses taken alike; None when it cannot be said.

    Rounded down to the millionth: the shares of a lineage are computed from what was taken.
    """
    return None if whole is None else _part_of(output, _share(part, whole))


def apportion(whole: Quantity, parts: Sequence[Quantity]) -> list[Quantity | None]:
    """`whole` divided in proportion to `parts`, exactly summing up; None for each when they do not add up."""
    if not _comparable(parts):
        return [None] * len(parts)
    if len(parts) == 1:
        return [whole]
    everything = _sum(parts)
    shares = [_part_of(whole, _share(part, everything)) for part in parts[:-1]]
    last = whole
    for share in shares:
        last = last - share
    return [*shares, last]


def pooled(inputs: Sequence[Taken]) -> Quantity:
    """The size of a batch: its inputs that share the dimension of the first, in the first one's unit."""
    first = inputs[0].quantity
    alike = [taken.quantity for taken in inputs if taken.quantity.dimension == first.dimension]
    return _sum(alike)


def _part_of(whole: Quantity, share: Fraction) -> Quantity:
    millionths = int(Fraction(whole.value) * share * 1_000_000)
    return Quantity(Decimal(millionths).scaleb(-6), whole.unit)


def _comparable(quantities: Sequence[Quantity]) -> bool:
    return len({quantity.dimension for quantity in quantities}) == 1


def _sum(quantities: Sequence[Quantity]) -> Quantity:
    """The exact sum in the first one's unit."""
    unit = quantities[0].unit
    if any(quantity.unit != unit for quantity in quantities):
        return total(list(quantities), unit)
    return Quantity(sum((quantity.value for quantity in quantities), Decimal(0)), unit)


def _share(part: Quantity, whole: Quantity) -> Fraction:
    if part.unit == whole.unit:
        return Fraction(part.value) / Fraction(whole.value)
    return part.share_of(whole)
