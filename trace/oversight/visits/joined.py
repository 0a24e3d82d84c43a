"""Two fillings of one part, made apart from each other: what can be joined, and what has to be agreed.

Each is compared, item by item, with what both began from. What only one of them changed is taken from that
one; what both changed alike is no question; what they answer differently is theirs to agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from trace.oversight.visits.answers import Answer

MEMBERS: Final = ("result", "rectifyBy", "signature", "refusal", "witness")
"""What a part says beside its answers and goods, as the history names it."""
STANDS, CAME = "stands", "came"
CHOICES: Final = (STANDS, CAME)


@dataclass(frozen=True, slots=True)
class Filled:
    """A filling of a part: its answers by item, its other members by name, the goods that were looked at."""

    answers: Mapping[str, Answer]
    members: Mapping[str, str]
    lots: tuple[str, ...] = ()

    @classmethod
    def from_told(cls, told: Mapping[str, Any]) -> Filled:
        """As the history keeps it; nothing of what was not filled in yet."""
        answers = (Answer.from_data(one) for one in told.get("answers", ()))
        return cls(
            {one.item: one for one in answers},
            {name: str(told.get(name) or "") for name in MEMBERS},
            tuple(told.get("lots", ())),
        )


@dataclass(frozen=True, slots=True)
class Joined:
    """What both say together; `differing` are the items and members of which each says something else."""

    filled: Filled
    differing: tuple[str, ...]


def join(base: Filled, stands: Filled, came: Filled, chosen: Mapping[str, str] | None = None) -> Joined:
    """What stands and what came, joined; `chosen` says of what differs whose word is taken.

    What nobody has chosen keeps standing as it is. Photographs are joined by themselves: whoever left an
    answer as it was may have added one to it. Of an answer that was chosen its own are kept.
    """
    picked = chosen or {}
    differing: list[str] = []
    answers: dict[str, Answer] = {}
    for item in dict.fromkeys([*stands.answers, *came.answers, *base.answers]):
        was, one, other = (each.answers.get(item) for each in (base, stands, came))
        if _said(one) == _said(other) or _said(other) == _said(was):
            taken = _with_photos(one, was, one, other)
        elif _said(one) == _said(was):
            taken = _with_photos(other, was, one, other)
        else:
            differing.append(item)
            taken = other if picked.get(item) == CAME else one
        if taken is not None:
            answers[item] = taken
    members = {}
    for name in MEMBERS:
        said, now, then = (each.members.get(name, "") for each in (base, stands, came))
        if now != then and said not in {now, then}:
            differing.append(name)
        mine = now if said == then or (name in differing and picked.get(name) != CAME) else then
        members[name] = mine
    return Joined(Filled(answers, members, _together(base.lots, stands.lots, came.lots)), tuple(differing))


def _said(answer: Answer | None) -> tuple[str, str] | None:
    return None if answer is None else (answer.value, answer.note)


def _with_photos(
    taken: Answer | None, was: Answer | None, one: Answer | None, other: Answer | None
) -> Answer | None:
    """That answer with the photographs of both, without those that either took away."""
    if taken is None:
        return None
    before, here, there = (() if each is None else each.photos for each in (was, one, other))
    return replace(taken, photos=_together(before, here, there))


def _together(base: Iterable[str], stands: tuple[str, ...], came: tuple[str, ...]) -> tuple[str, ...]:
    """What both have, without what either took away."""
    gone = {one for one in base if one not in stands or one not in came}
    return tuple(one for one in dict.fromkeys([*stands, *came]) if one not in gone)
