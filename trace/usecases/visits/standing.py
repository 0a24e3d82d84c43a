"""Whose a visit is, and how it stands: area and department decide, no page does.

Both departments of an area read each other's visits (records are shared); each fills in and signs its own
part alone.
"""

from __future__ import annotations

from trace.chain.sight import lies_in
from trace.errors import VisitNotYours, VisitOutOfArea, VisitUnknown
from trace.parties import Actor
from trace.store.transaction import Tx
from trace.store.visits.visits import PartRow, VisitRow, find_visit, parts_of
from trace.usecases.casework.standing import departments_of


def own_department(actor: Actor) -> str:
    """The department that somebody speaks for; "" for none."""
    return next(iter(departments_of(actor)), "")


def require_area(actor: Actor, party: str, area: str) -> None:
    """Return where an area is the caller's; raises `VisitOutOfArea`."""
    if not actor.oversees or not lies_in(actor.region, (area,) if area else ()):
        raise VisitOutOfArea(party=party, area=area)


def require_visit(tx: Tx, actor: Actor, number: str) -> VisitRow:
    """The visit, for who may read it; raises `VisitUnknown`, `VisitOutOfArea`."""
    row = find_visit(tx.connection, number)
    if row is None:
        raise VisitUnknown(number=number[:40])
    if actor.party not in {one.authority for one in parts_of(tx.connection, number)}:
        require_area(actor, row.party, row.area)
    return row


def require_part(tx: Tx, actor: Actor, row: VisitRow) -> PartRow:
    """The part that the caller's authority fills in; raises `VisitNotYours`."""
    for one in parts_of(tx.connection, row.number):
        if one.authority == actor.party:
            return one
    raise VisitNotYours(kind=row.kind, department=own_department(actor))
