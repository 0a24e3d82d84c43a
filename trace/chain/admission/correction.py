"""Decisions on corrections: old effects are taken back, the replacement is decided anew, both stay.

The lots keep their ids, so that everything made of them still hangs together; links of the old statement are
superseded and new ones made. `amends` names the first statement, also when it was corrected before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from trace.chain.admission.accreditation import clear_corrected
from trace.chain.admission.decision import Decision
from trace.chain.admission.disputes import CORRECTED, end_dispute
from trace.chain.admission.gates import OF_INPUTS
from trace.chain.admission.kept_burdens import burdens_of, is_kept, note_kept
from trace.chain.admission.lots import REWORK, give_back, listed
from trace.chain.admission.preconditions import check_span
from trace.chain.admission.repeated import check_correction
from trace.chain.chain_state import KnownLot, KnownStatement, Made
from trace.chain.editions import SECOND
from trace.chain.effects import (
    Effects,
    LicenceUsed,
    LinkState,
    LotAmended,
    LotState,
    LotTaken,
    Mark,
    MarkCleared,
    NewLink,
    RecordSuperseded,
    StatementAmended,
)
from trace.chain.facts import KINDS, Corrected, Fact, parse_fact
from trace.chain.facts.corrections import CORRECTION
from trace.chain.facts.food import PRODUCTION
from trace.chain.handover_effects import Formed, HandoverSet
from trace.chain.ids import row_id
from trace.chain.known_words import names_party
from trace.chain.pair_names import PAIR_NAMES, measure
from trace.errors.food import (
    AlreadyCorrection,
    ConsumedBeyondAvailable,
    CorrectionStrandsLot,
    NamedStatementUnknown,
    NotCorrectable,
    NotYourStatement,
)
from trace.errors.handovers import HandoverReceived, WithdrawalTooLate
from trace.ledger.pairing import Signed
from trace.quantities import Quantity

Decide = Callable[[Decision, Any], None]


def correct(decision: Decision, fact: Corrected, decide: Mapping[str, Decide]) -> None:
    """Take back, decide on the replacement against what is then known, and note both.

    Raises `NamedStatementUnknown`, `AlreadyCorrection`, `NotCorrectable`, `NotYourStatement`,
    `CorrectionStrandsLot`, and whatever the kind itself refuses.
    """
    amended = _amended(decision, fact)
    check_correction(decision, fact.amends, withdraws=fact.replacement is None)
    handover = decision.known.handovers.get(amended.statement)
    received = handover is not None and handover.state == "received"
    if received:
        _keep_received(decision, fact, handover)
    if fact.replacement is None:
        _withdraw(decision, amended, received=received)
        return
    replacement = parse_fact(amended.typ, fact.replacement, amended.sub, amended.occurred_at)
    check_span(decision, replacement, decision.entry.logged_at + decision.rule("P02").duration)
    made = decision.known.made.get(fact.amends, Made())
    kept = _undo(decision, amended, made)
    undone = list(decision.changes)
    point = decision.known.savepoint()
    try:
        decision.known.apply(
            Effects(
                decision.entry, decision.typ, decision.claims.sub, decision.claims.occurred_at, tuple(undone)
            )
        )
        decision.typ = amended.typ
        decision.amending = made
        raw = decision.raw.get("replacement")
        decision.raw = raw if isinstance(raw, Mapping) else {}
        decide[amended.typ](decision, replacement)
        note_kept(decision, kept)
        _settle_lots(decision, replacement, made)
        _note_former(decision, made, "corrected")
    finally:
        decision.known.rollback(point)
    decision.add(StatementAmended(amended.statement, amended.origin, amended.index))


def _withdraw(decision: Decision, amended: KnownStatement, *, received: bool) -> None:
    """Take a statement back, without another in its place; what others have of it stands.

    Raises `WithdrawalTooLate` while anything was taken from a lot that it made.
    """
    made = decision.known.made.get(amended.statement, Made())
    decision.add(StatementAmended(amended.statement, amended.origin, amended.index))
    if received:  # in dispute from now on: nothing is given back by the shipper's word alone
        return
    note_kept(decision, _undo(decision, amended, made))
    for lot in _as_undone(decision, made):
        if lot.available != lot.quantity:
            decision.refuse(WithdrawalTooLate(lot=lot.urn))
        decision.add(LotState(lot.id, "withdrawn"))
    _note_former(decision, made, "withdrawn")


def _as_undone(decision: Decision, made: Made) -> list[KnownLot]:
    """The lots that a statement made, once its own takings and losses are given back."""
    known = decision.known
    point = known.savepoint()
    try:
        claims = decision.claims
        undone = tuple(decision.changes)
        known.apply(Effects(decision.entry, decision.typ, claims.sub, claims.occurred_at, undone))
        return [known.lots[known.lot_urns[lot]] for lot in made.lots]
    finally:
        known.rollback(point)


def _keep_received(decision: Decision, fact: Corrected, handover: HandoverSet | None) -> None:
    """A hand-over that was received keeps its lots, its unit, the receiver that was opened and the amount.

    Raises `HandoverReceived`.
    """
    known = decision.known
    pairs = [
        claim for claim in known.claims.values() if handover is not None and claim.handover == handover.id
    ]
    receipts = [
        signed
        for name, signed in known.words.signed.items()
        if row_id(signed.place.origin, signed.place.index) in {claim.id for claim in pairs}
    ]
    kept = fact.replacement is not None and all(
        _keeps(known.words.signed[fact.amends], fact.replacement, receipt) for receipt in receipts
    )
    stated = measure((fact.replacement or {}).get("quantity"))
    enough = handover is None or (stated is not None and stated[1] >= handover.received.base)
    if not (kept and enough):
        receipt = receipts[0].id if receipts else ""
        decision.refuse(HandoverReceived(statement=fact.amends, receipt=receipt), since=SECOND)


def _keeps(stated: Signed, replacement: Mapping[str, object], receipt: Signed) -> bool:
    members = PAIR_NAMES.handovers[stated.typ]
    before, after = stated.data.get("quantity"), replacement.get("quantity")
    units = [one.get("unit") if isinstance(one, Mapping) else None for one in (before, after)]
    same = all(stated.data.get(name) == replacement.get(name) for name in (members.lot, members.from_lot))
    opening = receipt.data.get("handover")
    salt = opening.get("salt") if isinstance(opening, Mapping) else None
    named = names_party(replacement, salt, receipt.iss)
    was = names_party(stated.data, salt, receipt.iss)
    return same and units[0] == units[1] and (named or not was)


def _note_former(decision: Decision, made: Made, why: str) -> None:
    """Links and plots that a correction takes away stay possible, and orders still act through them.

    One with other times is another: no correction of a time puts goods out of reach of what was in them.
    """
    now = {_tie(change) for change in decision.changes if isinstance(change, NewLink)}
    for link_id in made.links:
        link = decision.known.links[link_id]
        if link_id in decision.known.claims or _tie(link) in now:
            continue
        former = Formed(
            decision.next_id("former"), link.to_lot, link.from_lot, None, link.kind, link.taken, why
        )
        decision.add(former)
    for lot_id in made.lots:
        _note_plots(decision, lot_id, why)


def _tie(link: NewLink) -> tuple[object, ...]:
    """What a link joins and when, whatever the amounts."""
    return link.from_lot, link.to_lot, link.kind, link.departure, link.arrival


def _note_plots(decision: Decision, lot_id: int, why: str) -> None:
    lot = decision.known.lots[decision.known.lot_urns[lot_id]]
    amended = [change for change in decision.changes if isinstance(change, LotAmended)]
    after = next((change.lot.detail for change in amended if change.lot.id == lot_id), {})
    kept = after.get("plots")
    for plot in listed(lot, "plots"):
        if not isinstance(kept, (list, tuple)) or plot not in kept:
            former = Formed(decision.next_id("former"), lot_id, None, plot, "harvest", lot.quantity, why)
            decision.add(former)


def _amended(decision: Decision, fact: Corrected) -> KnownStatement:
    amended = decision.known.statements.get(fact.amends)
    if amended is None:
        raise NamedStatementUnknown(statement=fact.amends)
    if amended.typ == CORRECTION.typ:
        raise AlreadyCorrection(statement=fact.amends)
    if not KINDS[amended.typ].correctable:
        raise NotCorrectable(typ=amended.typ)
    if amended.iss != decision.claims.iss:
        raise NotYourStatement(statement=fact.amends, iss=decision.claims.iss)
    if amended.sub != decision.claims.sub:
        raise NotCorrectable(typ=amended.typ)
    return amended


def _undo(decision: Decision, amended: KnownStatement, made: Made) -> list[Mark]:
    """The changes that take back what now stands for the amended statement; the burdens that stay."""
    kept = burdens_of(decision, amended, made)
    for link_id in made.links:
        if link_id in decision.known.claims:  # of a pair: judged with the other side's word
            continue
        _undo_link(decision, decision.known.links[link_id], made)
    for taken in made.takings:
        give_back(decision, taken.lot, taken.quantity)
    for opener in (amended.statement, amended.amended_by):
        if opener is not None and opener in decision.known.disputes:
            end_dispute(decision, opener, CORRECTED)
    _clear_marks(decision, made, {mark.id for mark in kept})
    for use in made.uses:
        decision.add(LicenceUsed(use.licence, use.year_from, -use.quantity))
    return [*kept, *_supersede_record(decision, amended)]


def _undo_link(decision: Decision, link: NewLink, made: Made) -> None:
    decision.add(LinkState.of(link, "superseded"))
    if link.taken is not None:
        give_back(decision, link.from_lot, link.taken)
    if link.kind == REWORK and link.given is not None and link.to_lot not in made.lots:
        _pour_back(decision, link.to_lot, link.given)


def _pour_back(decision: Decision, batch: int, amount: Quantity) -> None:
    """Rework that went into a batch of another statement is no longer in it."""
    lot = decision.known.lot_of(batch)
    if lot is not None and lot.quantity.dimension == amount.dimension:
        decision.add(LotTaken(batch, amount.to(lot.quantity.unit)))


def _clear_marks(decision: Decision, made: Made, kept: Collection[int]) -> None:
    cleared = {change.mark for change in decision.changes if isinstance(change, MarkCleared)}
    for mark_id in made.marks:
        if mark_id in decision.known.marks and mark_id not in cleared and mark_id not in kept:
            decision.add(MarkCleared(mark_id))


def _supersede_record(decision: Decision, amended: KnownStatement) -> list[Mark]:
    """What is noted of the statement stands no more; the burdens of an operation that stay."""
    kind = KINDS[amended.typ].noted_as
    if kind is None:
        return []
    now = decision.known.statements[amended.amended_by] if amended.amended_by else amended
    noted = row_id(now.origin, now.index, 0)
    if kind == "operation":
        kept = _clear_inputs(decision, amended.sub, noted)
        decision.add(RecordSuperseded(kind, noted, None, amended.sub))
        return kept
    lot = decision.known.lots.get(amended.sub)
    decision.add(RecordSuperseded(kind, noted, lot.id if lot is not None else None, None))
    if kind == "report":
        clear_corrected(decision, now.statement)
    return []


def _clear_inputs(decision: Decision, plot: str, noted: int) -> list[Mark]:
    """Take back what harvests of the plot bear for it, for the new one marks anew; the marks that stay."""
    old = next((one for one in decision.known.operations.get(plot, ()) if one.id == noted), None)
    if old is None:  # without interval or substance it is not kept in mind
        return []
    cleared = {change.mark for change in decision.changes if isinstance(change, MarkCleared)}
    named = (plot, old.substance or "", (old.stopped_on or old.used_on).isoformat())
    kept = []
    for urn in decision.known.harvested.get(plot, ()):
        for mark in decision.lot(urn).marks:
            about = tuple(mark.params.get(figure) for figure in ("plot", "substance", "lastUse"))
            if mark.code not in OF_INPUTS or about != named or mark.id in cleared:
                continue
            if is_kept(decision, mark):
                kept.append(mark)
            else:
                decision.add(MarkCleared(mark.id))
    return kept


def _settle_lots(decision: Decision, replacement: Fact, made: Made) -> None:
    """Restated lots must still hold what was taken from them; lots no longer made must be untouched."""
    restated: dict[int, LotAmended] = {}
    for noted in decision.changes:
        if isinstance(noted, LotAmended):
            restated[noted.lot.id] = noted
    for lot_id in made.lots:
        lot = decision.known.lots[decision.known.lot_urns[lot_id]]
        change = restated.get(lot_id)
        if change is None:
            if lot.available != lot.quantity:
                decision.refuse(CorrectionStrandsLot(lot=lot.urn))
            decision.add(LotState(lot_id, "withdrawn"))
        elif change.lot.quantity.dimension != lot.quantity.dimension:
            continue  # nothing was taken of it
        elif (left := lot.available + change.more).value < 0:
            _undercut(decision, replacement, lot, change, -left)


def _undercut(
    decision: Decision, replacement: Fact, lot: KnownLot, change: LotAmended, short: Quantity
) -> None:
    """More was consumed than the restated lot holds: the same slip as consuming too much."""
    decision.must_as(
        decision.rules.admission("R18", PRODUCTION.typ, decision.day),
        ConsumedBeyondAvailable,
        lot.id,
        replacement,
        kind="corrected-below-consumed",
        lot=lot.urn,
        value=str(lot.quantity - lot.available),
        limit=str(change.lot.quantity),
        missing=str(short),
    )
