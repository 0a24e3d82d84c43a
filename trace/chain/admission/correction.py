"""A correction: both statements stay, the old effects are taken back, the replacement is decided anew.

The lots keep their ids, so that everything made of them still hangs together; links of the old statement are
superseded and new ones made. `amends` names the first statement, also when it was corrected before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from trace.chain.admission.decision import Docket
from trace.chain.admission.preconditions import check_span
from trace.chain.admission.records import end_dispute
from trace.chain.chain_state import KnownLot, KnownStatement, Made
from trace.chain.effects import (
    Effects,
    LicenceUsed,
    LinkState,
    LotAmended,
    LotState,
    LotTaken,
    MarkCleared,
    RecordSuperseded,
    StatementAmended,
)
from trace.chain.facts import Corrected, Fact, parse_fact
from trace.chain.ids import row_id
from trace.errors.food import (
    AlreadyCorrection,
    ConsumedBeyondAvailable,
    CorrectionStrandsLot,
    NamedStatementUnknown,
    NotCorrectable,
    NotYourStatement,
)
from trace.quantities import Quantity

CORRECTABLE: Final = frozenset(
    {
        "farm.operation",
        "farm.harvest",
        "farm.certificate",
        "lab.report",
        "food.receipt",
        "food.merge",
        "food.split",
        "food.production",
        "food.pack",
        "food.shipment",
    }
)
"""Kinds with effects to take back; master data are simply stated again."""
_NOTED: Final = {"farm.operation": "operation", "farm.certificate": "certificate", "lab.report": "report"}

Decide = Callable[[Docket, Any], None]


def correct(docket: Docket, fact: Corrected, decide: Mapping[str, Decide]) -> None:
    """Take back, decide on the replacement against what is then known, and note both.

    Raises `NamedStatementUnknown`, `AlreadyCorrection`, `NotCorrectable`, `NotYourStatement`,
    `CorrectionStrandsLot`, and whatever the kind itself refuses.
    """
    amended = _amended(docket, fact)
    replacement = parse_fact(amended.typ, fact.replacement, amended.sub, amended.occurred_at)
    check_span(replacement, docket.entry.logged_at + docket.rule("P02").duration)
    made = docket.known.made.get(fact.amends, Made())
    _undo(docket, amended, made)
    undone = list(docket.changes)
    point = docket.known.savepoint()
    try:
        docket.known.apply(
            Effects(docket.entry, docket.typ, docket.claims.sub, docket.claims.occurred_at, tuple(undone))
        )
        docket.typ = amended.typ
        docket.amending = made
        raw = docket.raw.get("replacement")
        docket.raw = raw if isinstance(raw, Mapping) else {}
        decide[amended.typ](docket, replacement)
        _settle_lots(docket, replacement, made)
    finally:
        docket.known.rollback(point)
    docket.add(StatementAmended(amended.statement, amended.origin, amended.index))


def _amended(docket: Docket, fact: Corrected) -> KnownStatement:
    amended = docket.known.statements.get(fact.amends)
    if amended is None:
        raise NamedStatementUnknown(statement=fact.amends)
    if amended.typ == "correction":
        raise AlreadyCorrection(statement=fact.amends)
    if amended.typ not in CORRECTABLE:
        raise NotCorrectable(typ=amended.typ)
    if amended.iss != docket.claims.iss:
        raise NotYourStatement(statement=fact.amends, iss=docket.claims.iss)
    if amended.sub != docket.claims.sub:
        raise NotCorrectable(typ=amended.typ)
    return amended


def _undo(docket: Docket, amended: KnownStatement, made: Made) -> None:
    """The changes that take back what now stands for the amended statement."""
    for link_id in made.links:
        link = docket.known.links[link_id]
        docket.add(LinkState(link_id, "superseded"))
        if link.taken is not None:
            docket.add(LotTaken(link.from_lot, -link.taken))
    for opener in (amended.statement, amended.amended_by):
        if opener is not None and opener in docket.known.disputes:
            end_dispute(docket, opener, "corrected")
    _clear_marks(docket, made)
    for use in made.uses:
        docket.add(LicenceUsed(use.licence, use.year_from, -use.quantity))
    _supersede_record(docket, amended)


def _clear_marks(docket: Docket, made: Made) -> None:
    cleared = {change.mark for change in docket.changes if isinstance(change, MarkCleared)}
    for mark_id in made.marks:
        if mark_id in docket.known.marks and mark_id not in cleared:
            docket.add(MarkCleared(mark_id))


def _supersede_record(docket: Docket, amended: KnownStatement) -> None:
    kind = _NOTED.get(amended.typ)
    if kind is None:
        return
    now = docket.known.statements[amended.amended_by] if amended.amended_by else amended
    noted = row_id(now.origin, now.index, 0)
    lot = docket.known.lots.get(amended.sub)
    if kind == "operation":
        _clear_intervals(docket, amended.sub, noted)
        docket.add(RecordSuperseded(kind, noted, None, amended.sub))
    else:
        docket.add(RecordSuperseded(kind, noted, lot.id if lot is not None else None, None))


def _clear_intervals(docket: Docket, plot: str, noted: int) -> None:
    """Take back the R08 marks that harvests of the plot bear for this operation; the new one marks anew."""
    old = next((one for one in docket.known.operations.get(plot, ()) if one.id == noted), None)
    if old is None:  # without an interval it is not kept in mind
        return
    cleared = {change.mark for change in docket.changes if isinstance(change, MarkCleared)}
    named = (plot, old.substance or "", (old.stopped_on or old.used_on).isoformat())
    for urn in docket.known.harvested.get(plot, ()):
        for mark in docket.lot(urn).marks:
            about = tuple(mark.params.get(figure) for figure in ("plot", "substance", "lastUse"))
            if mark.rule == "R08" and about == named and mark.id not in cleared:
                docket.add(MarkCleared(mark.id))


def _settle_lots(docket: Docket, replacement: Fact, made: Made) -> None:
    """Restated lots must still hold what was taken from them; lots no longer made must be untouched."""
    restated: dict[int, LotAmended] = {}
    for noted in docket.changes:
        if isinstance(noted, LotAmended):
            restated[noted.lot.id] = noted
    for lot_id in made.lots:
        lot = docket.known.lots[docket.known.lot_urns[lot_id]]
        change = restated.get(lot_id)
        if change is None:
            if lot.available != lot.quantity:
                raise CorrectionStrandsLot(lot=lot.urn)
            docket.add(LotState(lot_id, "withdrawn"))
        elif (left := lot.available + change.more).value < 0:
            _undercut(docket, replacement, lot, change, -left)


def _undercut(docket: Docket, replacement: Fact, lot: KnownLot, change: LotAmended, short: Quantity) -> None:
    """More was consumed than the restated lot holds: the same slip as consuming too much."""
    docket.must_as(
        docket.rules.admission("R18", "food.production", docket.day),
        ConsumedBeyondAvailable,
        lot.id,
        replacement,
        kind="corrected-below-consumed",
        lot=lot.urn,
        value=str(lot.quantity - lot.available),
        limit=str(change.lot.quantity),
        missing=str(short),
    )
