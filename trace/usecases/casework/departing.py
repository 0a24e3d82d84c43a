"""Cases of an officer who leaves or gets roles that open none: handed over in the same transaction.

What was done keeps its name, and clocks go on. An urgent case never stays without somebody; of others the
office may decide later, and its board says that they are nobody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from trace.access.roles import AUTHORITY
from trace.errors import CasesLeft, ReceiverUnknown
from trace.parties import Actor
from trace.store.accounts.people import Membership, members_of
from trace.store.casework.cases import (
    CaseRow,
    EventRow,
    add_event,
    cases_of_officers,
    find_case,
    move_case,
    names_of,
)
from trace.store.transaction import Transactions, Tx
from trace.usecases.casework.standing import works_on_cases

_NAMED = 10


@dataclass(frozen=True, slots=True)
class Successors:
    """Who takes the open cases of somebody: one for all of them, others for single ones; "" for nobody."""

    default: str = ""
    of: Mapping[str, str] = field(default_factory=dict)
    """Number of a case -> who takes it."""

    def of_case(self, number: str) -> str:
        """Who takes this case."""
        return self.of.get(number) or self.default


def open_cases_of(transactions: Transactions, members: list[Membership]) -> dict[str, list[CaseRow]]:
    """The open cases of each of these members by person, the urgent ones first."""
    with transactions.look() as tx:
        rows = cases_of_officers(tx.connection, [one.person for one in members])
    found: dict[str, list[CaseRow]] = {}
    for row in sorted(rows, key=lambda one: not one.urgent):
        found.setdefault(row.officer, []).append(row)
    return found


def hand_over_cases(tx: Tx, leaving: Membership, successors: Successors, by: Actor, why: str) -> int:
    """Give the open cases of who leaves, or who opens none from now on, to colleagues; how many there are.

    Raises `CasesLeft` where an urgent one has nobody, `ReceiverUnknown`.
    """
    if leaving.organisation.kind != AUTHORITY:
        return 0
    rows = cases_of_officers(tx.connection, [leaving.person])
    if left := [row.number for row in rows if row.urgent and not successors.of_case(row.number)]:
        raise CasesLeft(count=len(rows), numbers=left[:_NAMED])
    fit = {
        one.person: one
        for one in members_of(tx.connection, leaving.organisation.urn)
        if takes_over(one, leaving)
    }
    name = names_of(tx.connection, [by.person]).get(by.person, "")
    for row in rows:
        if not (successor := successors.of_case(row.number)):
            continue
        if (to := fit.get(successor)) is None:
            raise ReceiverUnknown(name=successor[:40])
        _given(tx, row, to, EventRow(row.number, 0, "assign", "", "", tx.now, by.person, name, by.party or "",
                                     why, detail={"person": to.person, "personName": to.name,
                                                  "left": leaving.name}, rules=tx.rules.version))  # fmt: skip
    return len(rows)


def takes_over(one: Membership, leaving: Membership) -> bool:
    """Whether a member may get the cases of who leaves: a colleague whose roles open cases."""
    return one.person != leaving.person and works_on_cases(one)


def _given(tx: Tx, row: CaseRow, to: Membership, step: EventRow) -> None:
    """Move a case whatever version it is at: somebody may act on it at this very moment."""
    now: CaseRow | None = row
    while now is not None:
        if seq := move_case(tx.connection, replace(now, officer=to.person), now.version):
            add_event(tx.connection, replace(step, seq=seq, from_state=now.state, to_state=now.state))
            return
        now = find_case(tx.connection, row.number)
