"""Acts that others name by their number: a visit and its order, a case, a letter, a warning; how each stands.

What hangs on an act is as new as that act: nothing of it is copied.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.oversight.casework.table import ENDED
from trace.oversight.letters import ANSWERED, RECTIFICATION, UNSIGNED
from trace.oversight.visits.orders import ANSWERED as ANSWERED_ORDER
from trace.oversight.visits.orders import DUE, OVERDUE, SETTLED, order_state
from trace.parties import Actor
from trace.store.casework.cases import find_case
from trace.store.risk.kept import LetterRow, find_row
from trace.store.risk.warnings import find_warning
from trace.store.transaction import Tx
from trace.store.visits.visits import events_of_visit, find_visit, parts_of, past_of
from trace.usecases.casework.standing import level_of
from trace.usecases.supervision.letters import letter_state

VISIT, CASE, LETTER, WARNING = "visit", "case", "letter", "warning"
PAGES: Final = {
    VISIT: "/office/visits/{}",
    CASE: "/office/cases/{}",
    LETTER: "/office/letters",
    WARNING: "/office/warnings",
}
_WORST: Final = (OVERDUE, DUE, ANSWERED_ORDER, SETTLED)
_OPEN: Final = "open"


@dataclass(frozen=True, slots=True)
class NamedAct:
    """An act about a firm. `state`: of a visit how its orders stand, the worst first, "" where it has none.

    `rectifies`: it is an order, a case, or a letter of rectification that was served; `settled`: the order
    was found carried out, the case has ended, the letter is answered.
    """

    kind: str
    number: str
    party: str
    state: str
    rectifies: bool
    settled: bool

    @property
    def page(self) -> str:
        return PAGES[self.kind].format(self.number)


def find_act(tx: Tx, actor: Actor, number: str, party: str = "") -> NamedAct | None:
    """The act of that number in the caller's area, about that firm where one is named; None for any other.

    A letter is the caller's own authority's: another's texts are not shown by their number.
    """
    found = (
        _visit(tx, actor, number)
        or _case(tx, actor, number)
        or _letter(tx, actor, number)
        or _warning(tx, actor, number)
    )
    return found if found is not None and party in {"", found.party} else None


def acts_of(tx: Tx, actor: Actor, numbers: Iterable[str]) -> dict[str, NamedAct]:
    """Number -> the act; absent where none such is known here."""
    found = {number: find_act(tx, actor, number) for number in dict.fromkeys(numbers) if number}
    return {number: one for number, one in found.items() if one is not None}


def _sees(actor: Actor, area: str) -> bool:
    return not area or area.startswith(level_of(actor.region))


def _visit(tx: Tx, actor: Actor, number: str) -> NamedAct | None:
    row = find_visit(tx.connection, number)
    if row is None or not _sees(actor, row.area):
        return None
    past, today = past_of(events_of_visit(tx.connection, number)), day_in_shanghai(tx.now)
    parts = [one for one in parts_of(tx.connection, number) if one.record]
    states = {order_state(one.department, one.rectify_by, past, today) for one in parts}
    state = next((one for one in _WORST if one in states), "")
    return NamedAct(VISIT, number, row.party, state, bool(state), state == SETTLED)


def _case(tx: Tx, actor: Actor, number: str) -> NamedAct | None:
    row = find_case(tx.connection, number)
    if row is None or not _sees(actor, row.area):
        return None
    return NamedAct(CASE, number, row.party, row.state, True, row.state in ENDED)


def _letter(tx: Tx, actor: Actor, number: str) -> NamedAct | None:
    row = find_row(tx.connection, LetterRow, number)
    if row is None or row.authority != actor.party:
        return None
    state = letter_state(tx, row)
    asks = row.kind == RECTIFICATION and state != UNSIGNED
    return NamedAct(LETTER, number, row.party, state, asks, state == ANSWERED)


def _warning(tx: Tx, actor: Actor, number: str) -> NamedAct | None:
    row = find_warning(tx.connection, number)
    if row is None or not _sees(actor, row.area):
        return None
    return NamedAct(WARNING, number, row.party, row.state, False, row.state != _OPEN)
