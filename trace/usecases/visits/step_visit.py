"""What else happens at a visit: an inspector absent or replaced, given up, published, checked again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from trace.errors import InspectorsTooFew, PurposeMissing, VisitAnswerUnfit, VisitMoved, VisitStepUnfit
from trace.oversight.visits.makers import Inspector, require_makers
from trace.oversight.visits.orders import OUTCOMES, RECHECK
from trace.oversight.visits.states import DROPPED, OPEN, SIGNED
from trace.parties import Actor
from trace.store.transaction import Transactions, Tx
from trace.store.visits.visits import PartRow, VisitRow, parts_of
from trace.usecases.accounts.forms import once
from trace.usecases.casework.take_step import Paper
from trace.usecases.visits.fill_visit import Happening, Photo, happened, keep_photo
from trace.usecases.visits.from_draw import require_still_drawn
from trace.usecases.visits.open_visit import LEAST, VISIT
from trace.usecases.visits.standing import require_part, require_visit

REPLACE: Final = "inspector-replaced"
DROP: Final = "dropped"
PUBLISH: Final = "published"
STEPS: Final = (REPLACE, DROP, PUBLISH, RECHECK)
_TWO: Final = 2
_LEAST_WORDS: Final = 2


@dataclass(frozen=True, slots=True)
class Step:
    """A step, having seen which version, with its words. `out`, `into`: cards of inspectors (`into` "" where
    nobody comes instead); `outcome`: of a re-check."""

    event: str
    seen: int
    why: str
    out: str = ""
    into: str = ""
    outcome: str = ""
    papers: Sequence[Paper] = ()


def step_visit(transactions: Transactions, actor: Actor, key: str, number: str, step: Step) -> str:
    """Take the step; the address of the visit.

    Raises `VisitUnknown`, `VisitOutOfArea`, `VisitNotYours`, `VisitMoved`, `VisitStepUnfit`,
    `VisitAnswerUnfit`, `PurposeMissing`, `InspectorsTooFew`, `DepartmentsMissing`, `InspectorRecused`,
    `PaperUnfit`.
    """
    with transactions.begin(actor.subject) as tx:
        done = once(tx, key, actor.person)
        if done.before:
            return done.leads_to
        row = require_visit(tx, actor, number)
        part = require_part(tx, actor, row)
        if row.version != step.seen:
            raise VisitMoved(number=number)
        if len(step.why.strip()) < _LEAST_WORDS:
            raise PurposeMissing
        moved, detail = _moved(tx, row, part, step)
        files = [keep_photo(tx, row, part.department, actor, Photo(one), "") for one in step.papers]
        told = Happening(step.event, part.department, step.seen, step.why, detail, tuple(files))
        happened(tx, moved, actor, told)
        return done.to(VISIT.format(number))


Moved = tuple[VisitRow, dict[str, str]]
"""The visit as the step leaves it, and what the history tells of it."""


def _moved(tx: Tx, row: VisitRow, part: PartRow, step: Step) -> Moved:
    take = _STEPS.get(step.event)
    moved = take(tx, row, part, step) if take is not None else None
    if moved is None:
        raise VisitStepUnfit(number=row.number, step=step.event[:40])
    return moved


def _untouched(tx: Tx, row: VisitRow) -> bool:
    """Whether nobody has signed anything of it."""
    return row.state == OPEN and not any(one.record for one in parts_of(tx.connection, row.number))


def _replace(tx: Tx, row: VisitRow, part: PartRow, step: Step) -> Moved | None:
    if not _untouched(tx, row):
        return None
    return _replaced(tx, row, part, step), {"out": step.out, "into": step.into}


def _drop(tx: Tx, row: VisitRow, _part: PartRow, _step: Step) -> Moved | None:
    return (replace(row, state=DROPPED), {}) if _untouched(tx, row) else None


def _publish(tx: Tx, row: VisitRow, _part: PartRow, _step: Step) -> Moved | None:
    fit = row.state == SIGNED and row.published_at is None
    return (replace(row, published_at=tx.now), {}) if fit else None


def _recheck(_tx: Tx, row: VisitRow, part: PartRow, step: Step) -> Moved | None:
    if part.rectify_by is None or not part.record:
        return None
    if step.outcome not in OUTCOMES:
        raise VisitAnswerUnfit(item="outcome", expected=" / ".join(OUTCOMES))
    return row, {"outcome": step.outcome}


def _replaced(tx: Tx, row: VisitRow, part: PartRow, step: Step) -> VisitRow:
    """The inspectors with one of one's own department out, and another one in; who is left must suffice."""
    own = [one for one in row.inspectors if one.department == part.department]
    if step.out not in {one.card for one in own}:
        raise VisitAnswerUnfit(item="inspectors", expected=" ".join(one.card for one in own))
    left = [one for one in row.inspectors if one.card != step.out]
    if step.into:
        left.append(Inspector(step.into, part.department))
    if not left:
        raise InspectorsTooFew(count=0, least=1)
    rule = tx.rules.find(LEAST, row.day)
    require_makers(row.kind, part.department, left, int(rule.number) if rule is not None else _TWO)
    if step.into:
        require_still_drawn(tx, row.number, step.into)
    return replace(row, inspectors=tuple(left))


_STEPS: Final[Mapping[str, Callable[[Tx, VisitRow, PartRow, Step], Moved | None]]] = {
    REPLACE: _replace,
    DROP: _drop,
    PUBLISH: _publish,
    RECHECK: _recheck,
}
"""What each step does; None where it does not lead on from here."""
