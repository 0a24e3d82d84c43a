"""Decisions on supervision beside orders: sampling, notices, re-tests, the way back, destruction, findings,
the steps of a firm's own recall, and the commission of a test."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from trace.chain import facts
from trace.chain.admission.deciding import decides
from trace.chain.admission.decision import Decision
from trace.chain.admission.kept_burdens import end_kept, failure_of
from trace.chain.admission.orders import order_named
from trace.chain.admission.records import keep
from trace.chain.chain_state import KnownStatement
from trace.chain.editions import SECOND
from trace.chain.effects import LinkSet, LotMentioned, NewLink
from trace.chain.facts import OversightRecorded, TestCommissioned, urns
from trace.chain.facts.exchange import CLUE, MESSAGE, RESPONSE, ClueAnswered, ClueSent
from trace.chain.facts.goods import DISPOSAL, REPORT
from trace.chain.facts.laboratory import AlertRaised
from trace.chain.facts.oversight import (
    HOLD,
    NOT_ESTABLISHED,
    NOTICE,
    PENALTY,
    RECALL,
    DestructionWitnessed,
    FindingMade,
    FormReported,
    PenaltyRevoked,
    RetestOrdered,
    ReturnOrdered,
)
from trace.chain.facts.recall import RECALL as FIRM_RECALL
from trace.chain.facts.recall import RecallAnswered, RecallStep
from trace.chain.handover_effects import Answered
from trace.chain.ids import row_id
from trace.chain.known_records import KnownRecord
from trace.chain.lineage.arcs import SUPERSEDED
from trace.chain.order_effects import DisposalWitnessed
from trace.errors.food import AlreadyCorrection, LotNotHeld, NamedStatementUnknown, NotYourStatement
from trace.errors.orders import (
    MicrobiologyFinal,
    NotAddressed,
    NotYourOrder,
    NotYourRecall,
    OrderOfOtherKind,
    RetestGroundless,
    RetestSameLab,
    RevisionReaddressed,
)

_STATEMENT: Final = -256
_MICROBES: Final = "R56"
_ADDRESSED: Final = (NOTICE.typ, MESSAGE.typ, CLUE.typ)
_ORDERS: Final = (HOLD.typ, RECALL.typ, FIRM_RECALL.typ)


@decides(
    facts.oversight.SAMPLING,
    facts.oversight.NOTICE,
    facts.oversight.INSPECTION,
    facts.oversight.PENALTY,
)
def noted(decision: Decision, fact: OversightRecorded) -> None:
    """A sampling, inspection, penalty or notice: on the time line of its lots, and nothing else."""
    if decision.again:
        return
    if fact.unfit is not None:
        decision.keep_out(fact.unfit, since=SECOND)
    for urn in dict.fromkeys(fact.lots):
        lot = decision.known.lots.get(urn)
        if lot is not None:
            decision.add(LotMentioned(lot.id, decision.typ))
    keep(decision, fact)


@decides(facts.oversight.ACKNOWLEDGEMENT)
def acknowledgement(decision: Decision, fact: OversightRecorded) -> None:
    """Somebody received what was addressed to it: named in a notice, or holder of goods under an order.

    Raises `OrderUnknown`, `NotAddressed`, since edition 2; before, whatever was acknowledged.
    """
    if fact.form is not None:
        with decision.door(since=SECOND):
            record = order_named(decision, fact.form.about)
            if not _is_addressed(decision, record):
                raise NotAddressed(about=record.statement, iss=decision.claims.iss)
    noted(decision, fact)


@decides(MESSAGE, CLUE)
def sent(decision: Decision, fact: ClueSent) -> None:
    """An authority writes to another: kept, and nothing else follows from it.

    A revision is of the sender's own message, names what was sent first, and goes to the same authorities.
    Raises `NotAddressed` where somebody writes to itself, `OrderUnknown`, `OrderOfOtherKind`,
    `NotYourStatement`, `AlreadyCorrection`, `RevisionReaddressed`.
    """
    iss = decision.claims.iss
    if iss in fact.to:
        decision.refuse(NotAddressed(about=fact.sub, iss=iss))
    if fact.replaces is not None:
        first = order_named(decision, fact.replaces)
        if first.typ != decision.typ:
            raise OrderOfOtherKind(order=first.statement, typ=first.typ, expected=decision.typ)
        if first.iss != iss:
            raise NotYourStatement(statement=first.statement, iss=iss)
        if first.text("replaces"):
            raise AlreadyCorrection(statement=first.statement)
        if first.sub != fact.sub or set(first.named("to")) != set(fact.to):
            raise RevisionReaddressed(statement=first.statement)
    keep(decision, fact)


@decides(RESPONSE)
def answered(decision: Decision, fact: ClueAnswered) -> None:
    """What came of a clue, by the word of whoever it was sent to.

    Raises `OrderUnknown`, `OrderOfOtherKind`, `NotAddressed`.
    """
    record = order_named(decision, fact.clue)
    if record.typ != CLUE.typ:
        raise OrderOfOtherKind(order=record.statement, typ=record.typ, expected=CLUE.typ)
    if not _is_addressed(decision, record):
        raise NotAddressed(about=record.statement, iss=decision.claims.iss)
    keep(decision, fact)


@decides(facts.oversight.RETEST)
def retest(decision: Decision, fact: RetestOrdered) -> None:
    """Names the laboratory whose pass lifts a failure: another than the first, never of microbes (R56).

    Raises `NamedStatementUnknown`, `RetestGroundless`, `RetestSameLab`, `MicrobiologyFinal`.
    """
    stated = _stated(decision, fact.report)
    mark = failure_of(decision, fact.report)
    if stated.typ != REPORT.typ or mark is None or mark.lot is None:
        if decision.carried:  # the report may rest itself
            decision.lack(fact.report)
        raise RetestGroundless(report=fact.report)
    if stated.iss == fact.lab:
        raise RetestSameLab(report=fact.report, lab=fact.lab)
    rule = decision.rule(_MICROBES)
    items = mark.params.get("items")
    failed = [str(item) for item in items] if isinstance(items, list | tuple) else []
    microbes = [item for item in failed if any(name in item for name in rule.items)]
    if microbes:
        clause = rule.cited
        raise MicrobiologyFinal(rule=rule.id, clause=clause, report=fact.report, items=microbes)
    decision.add(LotMentioned(mark.lot, decision.typ))
    keep(decision, fact)


@decides(facts.oversight.RETURN)
def way_back(decision: Decision, fact: ReturnOrdered) -> None:
    """Lets held or recalled goods travel back, once: their holder's shipment names this statement.

    Raises `OrderUnknown`, `OrderOfOtherKind`, `LotUnknown`.
    """
    _check_orders(decision, fact.orders)
    for urn in fact.lots:
        decision.add(LotMentioned(decision.lot(urn).id, decision.typ))
    keep(decision, fact)


@decides(facts.oversight.DESTRUCTION)
def destruction(decision: Decision, fact: DestructionWitnessed) -> None:
    """A `food.disposal` counts as witnessed; the goods left by the holder's own statement.

    Raises `OrderUnknown`, `OrderOfOtherKind`, `NamedStatementUnknown`.
    """
    _check_orders(decision, fact.orders)
    stated = _stated(decision, fact.disposal)
    lot = decision.known.lots.get(stated.sub)
    if stated.typ != DISPOSAL.typ or lot is None:
        raise NamedStatementUnknown(statement=fact.disposal)
    now = decision.known.statements[stated.amended_by] if stated.amended_by else stated
    decision.add(DisposalWitnessed(row_id(now.origin, now.index), lot.id))
    decision.add(LotMentioned(lot.id, decision.typ))
    keep(decision, fact)


@decides(facts.oversight.FINDING)
def finding(decision: Decision, fact: FindingMade) -> None:
    """What a bureau found out about a hand-over, a claim on one, or what a correction takes away: a link, a
    failed test.

    It makes a trace certain, or ends it there; no balance and no credit. Raises `NamedStatementUnknown`.
    """
    known, stated = decision.known, _stated(decision, fact.about)
    claim = known.claims.get(row_id(stated.origin, stated.index))
    handover = known.handovers.get(fact.about)
    if claim is not None:
        decision.add(replace(claim, found=fact.result))
        link = known.links.get(claim.id)
        if link is not None and link.state != SUPERSEDED and fact.result == NOT_ESTABLISHED:
            members = {name: getattr(link, name) for name in NewLink.__slots__}
            decision.add(LinkSet(**members | {"state": SUPERSEDED}))
    if handover is not None:
        decision.add(replace(handover, found=fact.result))
    newest = known.statements.get(stated.amended_by) if stated.amended_by is not None else None
    rows = {row_id(one.origin, one.index) for one in (stated, newest) if one is not None}
    for former in list(known.formers.values()):
        if former.id & _STATEMENT in rows:
            decision.add(replace(former, found=fact.result))
    end_kept(decision, fact.about, fact.result)
    keep(decision, fact)


@decides(facts.oversight.REVOCATION)
def revocation(decision: Decision, fact: PenaltyRevoked) -> None:
    """A penalty falls by the word of the authority that decided on it; the decision itself stays readable.

    Raises `OrderUnknown`, `OrderOfOtherKind`, `NotYourOrder`.
    """
    record = order_named(decision, fact.penalty)
    if record.typ != PENALTY.typ:
        raise OrderOfOtherKind(order=record.statement, typ=record.typ, expected=PENALTY.typ)
    if record.iss != decision.claims.iss:
        raise NotYourOrder(order=record.statement, iss=decision.claims.iss)
    keep(decision, fact)


@decides(facts.oversight.REPORT)
def reported(decision: Decision, fact: FormReported) -> None:
    """Keep that an authority stands by a frozen form: the document itself is found by its hash."""
    keep(decision, fact)


@decides(*facts.recall.STEPS)
def recall_step(decision: Decision, fact: RecallStep) -> None:
    """A step of a recall, by the firm that recalled.

    Raises `OrderUnknown`, `OrderOfOtherKind`, `NotYourRecall`.
    """
    record = _firm_recall(decision, fact)
    if record.iss != decision.claims.iss:
        raise NotYourRecall(recall=record.statement, iss=decision.claims.iss)
    decision.add(Answered(decision.next_id("answer"), fact.recall))
    keep(decision, fact)


@decides(facts.recall.REPLY)
def recall_reply(decision: Decision, fact: RecallAnswered) -> None:
    """What became of recalled goods with whoever has them, by its word and for its own lot alone.

    Raises `OrderUnknown`, `OrderOfOtherKind`, `LotUnknown`, `LotNotHeld`.
    """
    _firm_recall(decision, fact)
    lot = decision.lot(fact.lot)
    if lot.holder != decision.claims.iss:
        raise LotNotHeld(lot=fact.lot, iss=decision.claims.iss)
    decision.add(Answered(decision.next_id("answer"), fact.recall))
    decision.add(LotMentioned(lot.id, decision.typ))
    keep(decision, fact)


@decides(facts.laboratory.COMMISSION)
def commission(decision: Decision, fact: TestCommissioned) -> None:
    """The holder asks a laboratory; raises `LotUnknown`, `LotNotHeld`."""
    lot = decision.lot(fact.lot)
    if lot.holder != decision.claims.iss:
        raise LotNotHeld(lot=fact.lot, iss=decision.claims.iss)
    keep(decision, fact)


@decides(facts.laboratory.ALERT)
def alert(decision: Decision, fact: AlertRaised) -> None:
    """Keep what a laboratory warns of: no goods bear a mark by it, an officer looks into it."""
    keep(decision, fact)


def _firm_recall(decision: Decision, fact: RecallStep) -> KnownRecord:
    """The firm's recall that is named; raises `OrderUnknown`, `OrderOfOtherKind`."""
    record = order_named(decision, fact.recall)
    if record.typ != FIRM_RECALL.typ:
        raise OrderOfOtherKind(order=record.statement, typ=record.typ, expected=FIRM_RECALL.typ)
    return record


def _stated(decision: Decision, statement: str) -> KnownStatement:
    """A statement that is named; raises `NamedStatementUnknown`."""
    stated = decision.known.statements.get(statement)
    if stated is None:
        decision.lack(statement)
        raise NamedStatementUnknown(statement=statement)
    return stated


def _check_orders(decision: Decision, statements: tuple[str, ...]) -> None:
    for statement in statements:
        record = order_named(decision, statement)
        if record.typ not in _ORDERS:
            raise OrderOfOtherKind(order=statement, typ=record.typ, expected=", ".join(_ORDERS))


def _is_addressed(decision: Decision, record: KnownRecord) -> bool:
    iss = decision.claims.iss
    if record.typ in _ADDRESSED:
        return iss in record.named("to")
    if record.text("party") == iss:
        return True
    named = (decision.known.lots.get(urn) for urn in record.named("lots"))
    owner = urns.owner_of(iss)
    return any(urns.lot_owner(urn) == owner for urn in record.named("lots")) or any(
        lot is not None and lot.holder == iss for lot in named
    )
