"""What authorities above the caller checked or sampled at a firm, as far as their records name items."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from trace.calendar.shanghai import SHANGHAI_TIME
from trace.chain.facts.oversight import INSPECTION, SAMPLING
from trace.oversight.official_acts import ActSaid
from trace.oversight.sampling import Earlier
from trace.parties import Actor
from trace.store.casework.acts import acts_between
from trace.store.transaction import Tx
from trace.usecases.casework.standing import higher_than

_BACK: Final = timedelta(days=400)


def checked_above(tx: Tx, actor: Actor, party: str) -> list[Earlier]:
    """Checks and samplings of a firm by authorities whose area holds the caller's and more."""
    acts = acts_between(tx.connection, (SAMPLING.typ, INSPECTION.typ), tx.now - _BACK, tx.now)
    of_firm = [one for one in acts if one.data.get("party") == party]
    above = set(higher_than(tx, actor, {one.authority for one in of_firm}))
    return [
        Earlier(one.authority, _made_at(one), frozenset(str(item) for item in one.data.get("items", ())))
        for one in of_firm
        if one.authority in above
    ]


def _made_at(act: ActSaid) -> datetime:
    """The day of a visit, which may be signed later; else when the act was done."""
    day = act.data.get("day")
    return datetime.combine(date.fromisoformat(day), time.min, SHANGHAI_TIME) if day else act.at
