"""R18, the mass balance: nothing more out of a lot than it held, nothing more out of a process than went in.

Sums are exact and only within one dimension. Counted goods count by what they hold (`content`); where that is
not stated, and pieces stand beside kilograms, the balance cannot be drawn up: that is marked (P28).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from trace.chain.admission.decision import Decision, exceeds, percent, share_of, shown
from trace.chain.facts import BatchProduced, Fact, GoodsPacked, Loss, Taken
from trace.chain.facts.food import CONTACT_MATERIAL
from trace.errors.food import (
    ConsumedBeyondAvailable,
    OutputsExceedInputs,
    PackContentDiffers,
    YieldOutOfRange,
)
from trace.errors.gs1 import UnitMismatch
from trace.quantities import COUNT, Quantity, total


def check_available(decision: Decision, fact: Fact, inputs: Sequence[Taken], lot: int) -> None:
    """Each lot taken from holds as much as is taken, all takings of this statement together."""
    sums: dict[str, Quantity] = {}
    for taken in inputs:
        held = decision.lot(taken.lot).available
        if held.dimension != taken.quantity.dimension:
            decision.refuse(UnitMismatch(unit=taken.quantity.unit, other=held.unit))
            continue
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
    into: Sequence[Quantity],
    outputs: Sequence[Quantity],
    loss: Loss | None,
    lot: int,
) -> None:
    """Outputs and loss exceed the inputs by no more than the tolerance; all as measured by `content`."""
    out = [*outputs, *([loss.quantity] if loss else [])]
    if not out and _comparable(into):
        return
    if not _comparable([*into, *out]):
        units = sorted({quantity.unit for quantity in (*into, *out)})
        decision.mark("P28", lot, value=units, limit=1)
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


def check_yield(
    decision: Decision, fact: BatchProduced, into: Sequence[Quantity], out: Sequence[Quantity], lot: int
) -> None:
    """Products as a share of the main inputs stay within the range of the process, where one is set."""
    if fact.yield_of is None:
        return
    main = [amount for taken, amount in zip(fact.inputs, into, strict=True) if taken.role == "main"]
    made = [amount for output, amount in zip(fact.outputs, out, strict=True) if output.kind == "product"]
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


def of_food(inputs: Sequence[Taken], amounts: Sequence[Quantity]) -> list[Quantity]:
    """The amounts of what becomes food; all of them where nothing does, so that no sum stands on nothing."""
    food = [amount for taken, amount in zip(inputs, amounts, strict=True) if taken.role != CONTACT_MATERIAL]
    return food or list(amounts)


def total_of(inputs: Sequence[Quantity]) -> Quantity | None:
    """The sum of all inputs, or None when they do not add up."""
    return _sum(inputs) if _comparable(inputs) else None


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


def pooled(inputs: Sequence[Quantity]) -> Quantity:
    """The size of a batch: its inputs that share one dimension, in the unit of the first of them.

    The dimension is that of the first input that is measured, not counted; of the first, if all are counted.
    """
    first = next((each for each in inputs if not each.dimension.startswith(COUNT)), inputs[0])
    return _sum([each for each in inputs if each.dimension == first.dimension])


def _part_of(whole: Quantity, share: Fraction) -> Quantity:
    return whole.part(share)


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
