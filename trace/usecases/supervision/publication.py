"""Publication of results of visits: until when, and which wait for it in an authority's area."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from trace.oversight.deadlines import Deadline
from trace.oversight.visits.orders import formed_at, is_late, publication_due
from trace.oversight.visits.states import SIGNED
from trace.parties import COUNTRY, Actor
from trace.store.transaction import Tx
from trace.store.visits.visits import VisitEvent, VisitRow, events_of_visit, parts_of, unpublished_visits

_SIGNED: Final = "signed"


def due_of(tx: Tx, row: VisitRow, events: Sequence[VisitEvent]) -> Deadline | None:
    """Until when it is published, from when the last department had first signed; None if nothing is due."""
    formed = _formed(events)
    if row.state != SIGNED or formed is None or row.published_at is not None:
        return None
    return publication_due(tx.rules, formed)


def waiting(tx: Tx, actor: Actor) -> Iterator[tuple[VisitRow, Deadline]]:
    """The signed visits in the caller's area of which its authority signed a part and nobody published."""
    if not actor.oversees:
        return
    for row in unpublished_visits(tx.connection, "" if actor.region == COUNTRY else actor.region):
        own = any(one.authority == actor.party for one in parts_of(tx.connection, row.number))
        due = due_of(tx, row, events_of_visit(tx.connection, row.number)) if own else None
        if due is not None:
            yield row, due


def late(tx: Tx, actor: Actor) -> list[tuple[VisitRow, Deadline]]:
    """Those of them that should be published by now."""
    return [(row, due) for row, due in waiting(tx, actor) if is_late(due, tx.now)]


def _formed(events: Sequence[VisitEvent]) -> datetime | None:
    return formed_at((one.department, one.at) for one in events if one.event == _SIGNED)
