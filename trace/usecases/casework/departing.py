"""Cases of an officer who leaves: handed over in the transaction that ends the membership.

What was done keeps its name, and clocks go on. An urgent case never stays without somebody; of others the
office may decide later, and its board says that they are nobody's.
"""

from __future__ import annotations

from dataclasses import replace

from trace.errors import CasesLeft, ReceiverUnknown
from trace.parties import Actor
from trace.store.accounts.people import Membership, members_of
from trace.store.casework.cases import (
    CaseRow,
    EventRow,
    add_event,
    cases_of_officer,
    find_case,
    move_case,
    names_of,
)
from trace.store.transaction import Tx
from trace.usecases.casework.standing import works_on_cases

_NAMED = 10


def hand_over_cases(tx: Tx, leaving: Membership, successor: str, by: Actor, why: str) -> int:
    """Give every open case of who leaves to `successor`, a colleague ("" for nobody); how many there are.

    Raises `CasesLeft` where nobody is named and one of them is urgent, `ReceiverUnknown`.
    """
    rows = cases_of_officer(tx.connection, leaving.person)
    if not rows:
        return 0
    if not successor:
        urgent = [row.number for row in rows if row.urgent]
        if urgent:
            raise CasesLeft(count=len(rows), numbers=urgent[:_NAMED])
        return len(rows)
    colleagues = members_of(tx.connection, leaving.organisation.urn)
    to = next((one for one in colleagues if one.person == successor and takes_over(one, leaving)), None)
    if to is None:
        raise ReceiverUnknown(name=successor[:40])
    name = names_of(tx.connection, [by.person]).get(by.person, "")
    for row in rows:
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
