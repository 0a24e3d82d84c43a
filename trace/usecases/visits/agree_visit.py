"""Agreement on a part that two inspectors filled in apart: for each item that differs, whose answer is taken.

Nothing is lost by it: both fillings stay in the history, with who filled them in and when. Until it is done
the part is not signed, so that no signature covers an answer that its signer did not give.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from trace.errors import ReasonTooShort, VisitAnswerUnfit, VisitMoved, VisitStepUnfit, VisitToAgree
from trace.exchange.tabular.records import SHORTEST_REASON
from trace.oversight.visits.answers import read_answers
from trace.oversight.visits.joined import CHOICES, join
from trace.oversight.visits.states import DROPPED
from trace.parties import Actor
from trace.store.transaction import Transactions
from trace.store.visits.visits import PartRow, VisitEvent, events_of_visit, save_part
from trace.usecases.accounts.forms import once
from trace.usecases.visits.fill_visit import Happening, happened
from trace.usecases.visits.form_asked import form_asked
from trace.usecases.visits.open_visit import VISIT
from trace.usecases.visits.parts_beside import AGREED, besides, with_filled
from trace.usecases.visits.standing import require_part, require_visit

_STEP: Final = "agree"


@dataclass(frozen=True, slots=True)
class Agreeing:
    """Having seen which version of the part, on which filling beside it (by its place in the history), whose
    answer is taken at each item that differs; `why`: needed once the part is signed and changes by it."""

    seen: int
    of: int
    chosen: Mapping[str, str] = field(default_factory=dict)
    why: str = ""


def agree_visit(transactions: Transactions, actor: Actor, key: str, number: str, new: Agreeing) -> str:
    """Agree on what differs; the address of the visit.

    Raises `VisitUnknown`, `VisitOutOfArea`, `VisitNotYours`, `VisitMoved`, `VisitStepUnfit`,
    `VisitAnswerUnfit`, `ReasonTooShort`.
    """
    with transactions.begin(actor.subject) as tx:
        done = once(tx, key, actor.person)
        if done.before:
            return done.leads_to
        row = require_visit(tx, actor, number)
        part = require_part(tx, actor, row)
        found = besides(events_of_visit(tx.connection, number), part)
        beside = next((one for one in found if one.event.seq == new.of), None)
        if row.state == DROPPED or beside is None:
            raise VisitStepUnfit(number=number, step=_STEP)
        joined = join(beside.base, beside.stands, beside.came, new.chosen)
        for one in joined.differing:
            if new.chosen.get(one) not in CHOICES:
                raise VisitAnswerUnfit(item=one, expected=" / ".join(CHOICES))
        changes = joined.filled != beside.stands
        if changes and part.record and len(new.why.strip()) < SHORTEST_REASON:
            raise ReasonTooShort(limit=SHORTEST_REASON)
        agreed = part
        if changes:
            agreed = replace(with_filled(part, joined.filled), saved_at=tx.now)
            agreed = replace(agreed, answers=read_answers(form_asked(tx, row, part), agreed.answers))
        version = save_part(tx.connection, agreed) if new.seen == part.version else 0
        if not version:
            raise VisitMoved(number=number)
        detail = {**agreed.as_told(), "part": version, "of": new.of, "chosen": dict(new.chosen)}
        why = new.why if changes else ""
        happened(tx, row, actor, Happening(AGREED, part.department, None, why, detail))
        return done.to(VISIT.format(number))


def require_agreed(events: Sequence[VisitEvent], part: PartRow) -> None:
    """Return where nothing is kept beside the part; raises `VisitToAgree`."""
    found = besides(events, part)
    if found:
        raise VisitToAgree(number=part.number, count=len(found))
