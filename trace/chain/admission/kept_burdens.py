"""Burdens that no correction by their author takes away, and an authority's word that ends them.

A failed test that the holder of the goods stated stays on them, whatever it states instead: else nobody need
fear the own laboratory. What was used on a plot stays on goods of it of which something has left. Beside the
burden stands a mark that says that its author takes it back; a finding, or for a test the pass of another
laboratory, decides. The burden keeps its place in time: it still reaches what was parted from it since.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from trace.chain.admission.decision import Decision
from trace.chain.admission.gates import FAILED_REPORT, OF_INPUTS
from trace.chain.chain_state import KnownLot, KnownStatement, Made
from trace.chain.effects import Mark, MarkCleared
from trace.chain.facts.farm import HARVEST
from trace.chain.facts.oversight import NOT_ESTABLISHED
from trace.chain.facts.urns import lot_owner, owner_of
from trace.parties import LAB, REGULATORS

TAKEN_BACK: Final = "burden-taken-back"
"""Code of the mark that says that the author of a burden has corrected or withdrawn it."""
_OUTSIDE: Final = REGULATORS | {LAB}
_SAME: Final = ("report", "plot", "substance", "lastUse")
_FOUND: Final = ("items", "value", "limit")


def is_kept(decision: Decision, mark: Mark) -> bool:
    """Whether a mark stays although its author corrects or withdraws the statement that it is of."""
    lot = decision.known.lot_of(mark.lot) if mark.lot is not None else None
    if lot is None or not REGULATORS.isdisjoint(decision.roles):
        return False
    if mark.code == FAILED_REPORT:
        return _OUTSIDE.isdisjoint(decision.roles) or _is_own(decision, lot)
    return mark.code in OF_INPUTS and lot.available < lot.quantity


def burdens_of(decision: Decision, amended: KnownStatement, made: Made) -> list[Mark]:
    """The marks of a statement that stay although it is corrected or withdrawn, of every version of it."""
    lot = decision.known.lots.get(amended.sub)
    found = {each: decision.known.marks[each] for each in made.marks if each in decision.known.marks}
    for mark in lot.marks if lot is not None else ():
        tested = mark.code == FAILED_REPORT and mark.params.get("report") == amended.statement
        if tested or (mark.code in OF_INPUTS and amended.typ == HARVEST.typ):
            found[mark.id] = mark
    return [mark for _, mark in sorted(found.items()) if is_kept(decision, mark)]


def note_kept(decision: Decision, kept: Iterable[Mark]) -> None:
    """Say of kept burdens that their author takes them back; one that it states again stands once."""
    stated = [change for change in decision.changes if isinstance(change, Mark)]
    for mark in {each.id: each for each in kept}.values():
        again = [one for one in stated if one.code == mark.code and _is_of(one, mark, (*_SAME, *_FOUND))]
        for one in again:
            decision.changes.remove(one)
        if not again:
            decision.note(mark.rule, TAKEN_BACK, mark.lot, (), {**mark.params, "mark": mark.code}, None)


def failure_of(decision: Decision, report: str) -> Mark | None:
    """The open mark of a failed report, named by its first version."""
    stated = decision.known.statements.get(report)
    lot = decision.known.lots.get(stated.sub) if stated is not None else None
    marks = lot.marks if lot is not None else ()
    failures = (one for one in marks if one.code == FAILED_REPORT and one.params.get("report") == report)
    return next(failures, None)


def end_kept(decision: Decision, statement: str, result: str) -> None:
    """What a bureau found out about a statement that takes burdens back: they end, or their doubt does."""
    made = decision.known.made.get(statement, Made())
    notes = [mark for each in made.marks if (mark := decision.known.marks.get(each)) is not None]
    for note in notes:
        lot = decision.known.lot_of(note.lot) if note.lot is not None else None
        if note.code != TAKEN_BACK or lot is None:
            continue
        decision.add(MarkCleared(note.id))
        if result == NOT_ESTABLISHED:
            for burden in lot.marks:
                if _is_noted(burden, note):
                    decision.add(MarkCleared(burden.id))


def notes_on(lot: KnownLot, burden: Mark) -> list[Mark]:
    """The marks of a lot which say that the author of a burden has taken it back."""
    return [one for one in lot.marks if one.code == TAKEN_BACK and _is_noted(burden, one)]


def _is_noted(burden: Mark, note: Mark) -> bool:
    return burden.code == note.params.get("mark") and _is_of(burden, note, _SAME)


def _is_of(one: Mark, other: Mark, figures: Iterable[str]) -> bool:
    same = all(_text(one, name) == _text(other, name) for name in figures)
    return one.lot == other.lot and same


def _text(mark: Mark, name: str) -> object:
    value = mark.params.get(name)
    return list(value) if isinstance(value, tuple) else value


def _is_own(decision: Decision, lot: KnownLot) -> bool:
    iss = decision.claims.iss
    return lot.holder == iss or lot_owner(lot.urn) == owner_of(iss)
