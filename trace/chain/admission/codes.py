"""Decisions on codes: allocated with a pack, switched on behind the gates, withdrawn, recalled."""

from __future__ import annotations

from trace.chain import facts
from trace.chain.admission.deciding import decides
from trace.chain.admission.decision import Decision
from trace.chain.admission.gates import check_gates
from trace.chain.admission.lots import released, same_goods
from trace.chain.admission.numbers import BY_CODE, waits
from trace.chain.effects import CodesChanged, LotMentioned, PackState, RangeAllocated
from trace.chain.facts import CodesActivated, CodesVoided, GoodsPacked, LotSerials, SerialRange
from trace.chain.identifiers import PROVISIONAL
from trace.codes.intervals import Interval
from trace.codes.ranges import CodeRange, Standing
from trace.codes.serials import COUNTERS
from trace.errors.codes import (
    CodesNotAllocated,
    PlatformCodeTaken,
    RangeExhausted,
    RangeFixed,
    RangeOutOfTurn,
)
from trace.errors.food import LotNotHeld, ReleaseTestMissing
from trace.parties import REGULATORS


def allocate(decision: Decision, fact: GoodsPacked, lot: int) -> None:
    """The serials of a pack: the next free counters of their scope, so that no two packs share a code.

    Raises `RangeOutOfTurn` with the counter that is due, `RangeExhausted`, and `RangeFixed` for a correction
    that would give printed codes to other goods.
    """
    held = decision.known.codes.get(lot)
    if fact.serials is None:
        if held is not None and held.scope != fact.scope:
            decision.refuse(RangeFixed(lot=fact.lot, first=held.interval.first, count=held.interval.count))
        return
    epoch, interval = fact.serials.epoch, fact.serials.interval
    if held is not None:
        if (held.scope, held.epoch, held.interval) != (fact.scope, epoch, interval):
            decision.refuse(RangeFixed(lot=fact.lot, first=held.interval.first, count=held.interval.count))
        return
    due = decision.known.counters.get((fact.scope, epoch), 0)
    if interval.first != due:
        decision.refuse(RangeOutOfTurn(lot=fact.lot, epoch=epoch, first=interval.first, due=due))
        return
    if interval.end > COUNTERS:
        decision.refuse(RangeExhausted(scope=fact.scope, epoch=epoch, count=interval.count))
        return
    number = decision.next_id("code_range")
    decision.add(RangeAllocated(number, lot, fact.scope, epoch, interval.first, interval.count))


@decides(facts.code.ACTIVATE)
def activate(decision: Decision, fact: CodesActivated) -> None:
    """An act: the codes begin to answer. Waits on a passed release test (R05) and on every open gate.

    Where the pack's GTIN is not proven its platform code begins to answer alone. Raises the gate's refusal,
    `GtinUnproven`, `GtinOfAnother`, `GtinRestricted`, `CodesNotAllocated`, `CodesWithdrawn`, `RangeOutside`,
    `PlatformCodeTaken`.
    """
    lot = decision.acted_lot(fact.lot)
    if lot.pack is None:
        decision.refuse(LotNotHeld(lot=fact.lot, iss=decision.claims.iss))
    goods = same_goods(decision, lot)
    check_gates(decision, goods, ("code", "release"), PROVISIONAL)
    waiting = waits(decision, lot, fact)
    if decision.admission("R05") is not None and not released(decision, goods, fact.report):
        rule = decision.rule("R05")
        decision.refuse(
            ReleaseTestMissing(
                rule="R05",
                clause=rule.cited,
                lot=lot.urn,
                value=fact.report,
                limit=rule.text,
            )
        )
    code = _own_name(decision, fact)
    held = _held(decision, fact.lot, lot.id, fact.range)
    if held is not None and not waiting:
        part = _part(fact.range)
        with decision.door():
            held.activated(part)
        _change(decision, held, lot.id, Standing.ACTIVE, part)
    decision.add(PackState(lot.id, BY_CODE if waiting else "active", code))
    decision.add(LotMentioned(lot.id, "activated"))


@decides(facts.code.VOID)
def void(decision: Decision, fact: CodesVoided) -> None:
    """The codes answer that they are withdrawn; a part of a range leaves the rest as it is.

    Raises `LotUnknown`, `LotNotHeld`, `CodesNotAllocated`, `RangeOutside`.
    """
    lot = decision.lot(fact.lot)
    if lot.holder != decision.claims.iss and REGULATORS.isdisjoint(decision.roles):
        decision.refuse_stranger(LotNotHeld(lot=fact.lot, iss=decision.claims.iss))
    held = _held(decision, fact.lot, lot.id, fact.range)
    everything = fact.range is None
    if held is not None:
        part = _part(fact.range)
        left = held.voided(part)
        everything = left.void.covers(left.interval)
        _change(decision, held, lot.id, Standing.VOID, part)
    if everything:
        decision.add(PackState(lot.id, "void"))
    decision.add(LotMentioned(lot.id, "voided"))


def recall(decision: Decision, part: LotSerials) -> None:
    """Some codes of a lot under recall; those of the whole lot follow from the lot's state.

    Raises `LotUnknown`, `CodesNotAllocated`, `RangeOutside`.
    """
    lot = decision.lot(part.lot)
    held = decision.known.codes.get(lot.id)
    if held is None:
        raise CodesNotAllocated(lot=part.lot)
    held.recalled_in(part.interval)
    _change(decision, held, lot.id, Standing.RECALLED, part.interval)
    decision.add(LotMentioned(lot.id, decision.typ))


def _held(decision: Decision, urn: str, lot: int, named: SerialRange | None) -> CodeRange | None:
    """The lot's range; raises `CodesNotAllocated` where a part of one is named and there is none."""
    held = decision.known.codes.get(lot)
    if held is None and named is not None:
        raise CodesNotAllocated(lot=urn)
    return held


def _part(named: SerialRange | None) -> Interval | None:
    return None if named is None else named.interval


def _change(decision: Decision, held: CodeRange, lot: int, standing: Standing, part: Interval | None) -> None:
    whole = held.interval if part is None else part
    number = decision.next_id("code_interval")
    decision.add(CodesChanged(number, lot, held.scope, standing.value, whole.first, whole.count))


def _own_name(decision: Decision, fact: CodesActivated) -> str | None:
    """The platform code; it names one lot for good: a second one would answer for the first one's packs."""
    if fact.platform_code is None:
        return None
    named = decision.known.named.get(fact.platform_code)
    if named is not None and named != fact.lot:
        decision.refuse(PlatformCodeTaken(code=fact.platform_code, lot=fact.lot))
        return None
    return fact.platform_code
