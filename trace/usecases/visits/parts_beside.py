"""Fillings kept beside a part, read from the history of a visit until somebody agrees on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from trace.oversight.visits.joined import Filled, Joined, join
from trace.store.transaction import Tx
from trace.store.visits.visits import PartRow, VisitEvent, parts_of

BESIDE: Final = "beside"
JOINED: Final = "joined"
AGREED: Final = "agreed"
_PART, _OF, _BASE = "part", "of", "base"


@dataclass(frozen=True, slots=True)
class Beside:
    """A filling kept beside a part: who sent it when, what it says, and what it makes of the part."""

    event: VisitEvent
    came: Filled
    base: Filled
    stands: Filled

    @property
    def joined(self) -> Joined:
        """Both together, with what stands where they differ."""
        return join(self.base, self.stands, self.came)


def filled_of(part: PartRow) -> Filled:
    """What a part says."""
    return Filled.from_told(part.as_told())


def filled_at(events: Sequence[VisitEvent], department: str, version: int) -> Filled:
    """What a department's part said at a version; nothing before it was filled in first."""
    found: dict[str, Any] = {}
    for one in events:
        number = one.detail.get(_PART)
        if one.department == department and isinstance(number, int) and number <= version:
            found = dict(one.detail)
    return Filled.from_told(found)


def besides(events: Sequence[VisitEvent], part: PartRow) -> list[Beside]:
    """What is kept beside a part and not agreed on, the oldest first."""
    return list(_besides(events, part))


def _besides(events: Sequence[VisitEvent], part: PartRow) -> Iterator[Beside]:
    own = [one for one in events if one.department == part.department]
    agreed = {one.detail.get(_OF) for one in own if one.event == AGREED}
    for one in own:
        if one.event == BESIDE and one.seq not in agreed:
            base = filled_at(events, part.department, int(one.detail[_BASE]))
            yield Beside(one, Filled.from_told(one.detail), base, filled_of(part))


def part_of_visit(tx: Tx, number: str, department: str) -> PartRow:
    """A department's part as it stands now."""
    return next(one for one in parts_of(tx.connection, number) if one.department == department)


def with_filled(part: PartRow, filled: Filled) -> PartRow:
    """The part with what was agreed or joined in it."""
    due = filled.members["rectifyBy"]
    return replace(
        part,
        answers=tuple(filled.answers.values()),
        result=filled.members["result"],
        rectify_by=date.fromisoformat(due) if due else None,
        signature=filled.members["signature"],
        refusal=filled.members["refusal"],
        witness=filled.members["witness"],
        lots=filled.lots,
    )
