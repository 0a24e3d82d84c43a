"""Decisions on merge, split and production: who holds what, R03, R07, R18, and rework.

A batch is a pool: inputs → batch lot → outputs. A later statement about a batch that exists may only bring
rework back into it, and only with time between.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from trace.chain import facts
from trace.chain.admission import balance
from trace.chain.admission.content import measured_inputs, measured_outputs
from trace.chain.admission.deciding import decides
from trace.chain.admission.decision import Decision
from trace.chain.admission.gates import declare_orders
from trace.chain.admission.lots import (
    REWORK,
    goods_below,
    in_unit_of,
    made_for,
    make_lot,
    producers_of,
    span,
    take,
    tie,
)
from trace.chain.admission.proofs import unproven
from trace.chain.chain_state import KnownLot
from trace.chain.effects import Interval, LotTaken, NewLot, StatedLot
from trace.chain.facts import BatchProduced, Fact, LotsMerged, LotSplit, Taken
from trace.chain.facts.food import CONTACT_MATERIAL, Loss
from trace.chain.lineage.arcs import CONTACT
from trace.chain.loss_effects import LossNoted
from trace.errors.food import (
    ConsumedBeforeMade,
    LotExists,
    LotOfItself,
    NoConformityProof,
    PurchaseRecordIncomplete,
)
from trace.quantities import Quantity

_FOOD: Final = frozenset({"ingredient", "additive", "goods"})
_OF_FOOD: Final = "auxiliary"
_KINDS: Final = {REWORK: REWORK, CONTACT_MATERIAL: CONTACT}


@decides(facts.food.MERGE)
def merge(decision: Decision, fact: LotsMerged) -> None:
    """Several lots into one (a silo, a tank)."""
    when = span(fact.started_at, fact.finished_at)
    refuse_itself([taken.lot for taken in fact.inputs], [fact.output.lot])
    uppers = uppers_of(decision, fact.inputs, when)
    lot = make_lot(
        decision,
        StatedLot(
            fact.output.lot,
            "merged",
            fact.output.product_name,
            fact.output.quantity,
            when,
            product=fact.output.product,
            place=fact.place,
            detail={
                "producers": producers_of(uppers),
                "unproven": unproven(decision, uppers),
                **made_for(fact.principal),
            },
        ),
    )
    declare_orders(decision, uppers, fact, lot.id)
    _complete_records(decision, fact, uppers, lot.id)
    balance.check_available(decision, fact, fact.inputs, lot.id)
    into = measured_inputs(decision, fact.inputs, uppers)
    out = measured_outputs(decision, (fact.output,))
    balance.check_total(decision, fact, into, out, fact.loss, lot.id)
    whole = balance.total_of(into)
    for taken, upper, amount in zip(fact.inputs, uppers, into, strict=True):
        take(decision, upper, taken.quantity)
        given = balance.portion(amount, whole, fact.output.quantity)
        _through(decision, (upper.id, lot.id), "merge", (in_unit_of(upper, taken.quantity), given), when)


@decides(facts.food.SPLIT)
def split(decision: Decision, fact: LotSplit) -> None:
    """One lot into several of the same goods."""
    when = span(fact.started_at, fact.finished_at)
    refuse_itself([fact.input.lot], [output.lot for output in fact.outputs])
    (upper,) = uppers_of(decision, (fact.input,), when)
    take(decision, upper, fact.input.quantity)
    lots = [
        make_lot(
            decision,
            StatedLot(
                output.lot,
                "split",
                output.product_name,
                output.quantity,
                when,
                product=output.product or upper.product,
                place=upper.place,
                detail={
                    "goods": goods_below(upper),
                    "producers": producers_of([upper]),
                    "unproven": unproven(decision, [upper]),
                    "role": upper.detail.get("role"),
                    **made_for(fact.principal, upper),
                },
            ),
        )
        for output in fact.outputs
    ]
    declare_orders(decision, (upper,), fact, lots[0].id)
    balance.check_available(decision, fact, (fact.input,), lots[0].id)
    into, out = measured_inputs(decision, (fact.input,), (upper,)), measured_outputs(decision, fact.outputs)
    balance.check_total(decision, fact, into, out, None, lots[0].id)
    whole = in_unit_of(upper, fact.input.quantity)
    parts = [lot.quantity for lot in lots]
    shares = balance.apportion(whole, parts) if whole is not None else [None] * len(parts)
    for lot, taken in zip(lots, shares, strict=True):
        _through(decision, (upper.id, lot.id), "split", (taken, lot.quantity), when)


@decides(facts.food.PRODUCTION)
def production(decision: Decision, fact: BatchProduced) -> None:
    """Inputs into a batch, outputs out of it; or rework back into a batch that exists."""
    when = span(fact.started_at, fact.finished_at)
    refuse_itself(
        [taken.lot for taken in fact.inputs], [fact.batch, *(output.lot for output in fact.outputs)]
    )
    uppers = uppers_of(decision, fact.inputs, when)
    before = decision.known.lots.get(fact.batch)
    if before is not None and not _amends(decision, before):
        _rework(decision, fact, before, uppers)
        return
    into, out = measured_inputs(decision, fact.inputs, uppers), measured_outputs(decision, fact.outputs)
    inputs = _as_received(fact.inputs, uppers)
    food = balance.of_food(inputs, into)
    batch = make_lot(
        decision,
        StatedLot(
            fact.batch,
            "batch",
            fact.outputs[0].product_name if fact.outputs else "",
            balance.pooled(food),
            when,
            place=fact.place,
            detail={
                "producers": producers_of(uppers),
                "productionDate": fact.production_date.isoformat(),
                "yieldOf": fact.yield_of,
                **made_for(fact.principal),
            },
        ),
    )
    declare_orders(decision, uppers, fact, batch.id)
    _complete_records(decision, fact, uppers, batch.id)
    _vouch(decision, fact, uppers, batch.id)
    balance.check_available(decision, fact, fact.inputs, batch.id)
    balance.check_total(decision, fact, food, out, fact.loss, batch.id)
    balance.check_yield(decision, fact, into, out, batch.id)
    _pour(decision, inputs, uppers, into, batch.id, when)
    _draw(decision, fact, batch, producers_of(uppers), out, when)
    _lose(decision, fact.loss, batch.id, batch.quantity.unit)


def _as_received(inputs: Sequence[Taken], uppers: Sequence[KnownLot]) -> list[Taken]:
    """The inputs, as food what came in as food: called packaging it would stand in no share and no sum."""
    return [
        replace(taken, role=_OF_FOOD)
        if taken.role == CONTACT_MATERIAL and (upper.kind == "harvest" or upper.detail.get("role") in _FOOD)
        else taken
        for taken, upper in zip(inputs, uppers, strict=True)
    ]


def uppers_of(decision: Decision, inputs: Sequence[Taken], when: Interval) -> list[KnownLot]:
    """The lots taken from, held by the issuer. Raises `LotUnknown`, `LotNotHeld`, `ConsumedBeforeMade`."""
    lots = [decision.held_lot(taken.lot) for taken in inputs]
    for lot in lots:
        made = lot.produced.earliest
        if made is not None and when.latest is not None and when.latest < made:
            decision.refuse(
                ConsumedBeforeMade(lot=lot.urn, made=made.isoformat(), consumed=when.latest.isoformat())
            )
    return lots


def refuse_itself(uppers: Iterable[str], lowers: Sequence[str]) -> None:
    """Raises `LotOfItself` when a lot goes into itself in one statement, `LotExists` when made twice."""
    both = set(uppers) & set(lowers)
    if both:
        raise LotOfItself(lot=min(both))
    if len(set(lowers)) != len(lowers):
        raise LotExists(lot=next(lot for lot in lowers if lowers.count(lot) > 1))


def _rework(decision: Decision, fact: BatchProduced, batch: KnownLot, uppers: Sequence[KnownLot]) -> None:
    """Back into an earlier batch: rework only, no new outputs of the old batch without time between."""
    if any(taken.role != REWORK for taken in fact.inputs) or batch.holder != decision.claims.iss:
        raise LotExists(lot=fact.batch)
    for upper in uppers:
        made = upper.produced.latest
        if made is None or fact.finished_at <= made:
            decision.refuse(LotOfItself(lot=fact.batch))
    when = span(fact.started_at, fact.finished_at)
    declare_orders(decision, uppers, fact, batch.id)
    balance.check_available(decision, fact, fact.inputs, batch.id)
    into, out = measured_inputs(decision, fact.inputs, uppers), measured_outputs(decision, fact.outputs)
    balance.check_total(decision, fact, into, out, fact.loss, batch.id)
    for amount in into:
        if (back := _in_unit(amount, batch.quantity.unit)) is not None:
            decision.add(LotTaken(batch.id, -back))
    _pour(decision, fact.inputs, uppers, into, batch.id, when)
    _draw(decision, fact, batch, producers_of([batch, *uppers]), out, when)
    _lose(decision, fact.loss, batch.id, batch.quantity.unit)


def _pour(
    decision: Decision,
    inputs: Sequence[Taken],
    uppers: Sequence[KnownLot],
    into: Sequence[Quantity],
    batch: int,
    when: Interval,
) -> None:
    """The inputs, each as much as `into` says that it is in the batch, and nothing of what touches it."""
    for taken, upper, amount in zip(inputs, uppers, into, strict=True):
        take(decision, upper, taken.quantity)
        kind = _KINDS.get(taken.role, "transform")
        quantity = in_unit_of(upper, taken.quantity)
        _through(decision, (upper.id, batch), kind, (quantity, None if kind == CONTACT else amount), when)


def _lose(decision: Decision, loss: Loss | None, batch: int, unit: str) -> None:
    """What was lost on the way is no stock."""
    lost = _in_unit(loss.quantity, unit) if loss is not None else None
    if lost is not None:
        decision.add(LotTaken(batch, lost))
        decision.add(LossNoted(decision.next_id("loss"), batch, lost))


def _in_unit(amount: Quantity, unit: str) -> Quantity | None:
    return amount.to(unit) if amount.dimension == Quantity.zero(unit).dimension else None


def _draw(
    decision: Decision,
    fact: BatchProduced,
    batch: NewLot | KnownLot,
    producers: list[str],
    out: Sequence[Quantity],
    when: Interval,
) -> None:
    """The outputs, each the same goods as the batch that a release test may have been about."""
    for output, amount in zip(fact.outputs, out, strict=True):
        lot = make_lot(
            decision,
            StatedLot(
                output.lot,
                output.kind,
                output.product_name,
                output.quantity,
                when,
                product=output.product,
                place=fact.place,
                detail={
                    "goods": [fact.batch],
                    "producers": producers,
                    "productionDate": fact.production_date.isoformat(),
                    **made_for(fact.principal),
                },
            ),
        )
        taken = _in_unit(amount, batch.quantity.unit)
        if taken is not None:
            decision.add(LotTaken(batch.id, taken))
        _through(decision, (batch.id, lot.id), "transform", (taken, output.quantity), when)


def _through(
    decision: Decision,
    ends: tuple[int, int],
    kind: str,
    amounts: tuple[Quantity | None, Quantity | None],
    when: Interval,
) -> None:
    tie(decision, ends, kind, amounts, departure=when, arrival=when)


def _complete_records(decision: Decision, fact: Fact, uppers: Iterable[KnownLot], lot: int) -> None:
    """R03: a lot whose purchase record is incomplete may not be used."""
    for upper in uppers:
        for mark in upper.marks:
            if mark.rule == "R03" and mark.declared is None:
                decision.must(
                    "R03",
                    PurchaseRecordIncomplete,
                    lot,
                    fact,
                    lot=upper.urn,
                    value=mark.params.get("value", 0),
                    limit=mark.params.get("limit", 0),
                    missing=mark.params.get("missing", []),
                )


def _vouch(decision: Decision, fact: BatchProduced, uppers: Sequence[KnownLot], lot: int) -> None:
    """R07: raw lots for which nothing vouches."""
    bare = unproven(decision, uppers)
    if bare:
        decision.must("R07", NoConformityProof, lot, fact, lots=bare, value=0, limit=1)


def _amends(decision: Decision, lot: KnownLot) -> bool:
    return decision.amending is not None and lot.id in decision.amending.lots
