"""Heads of a department's duties that a visit covered: whole, in part or not, derived from its answers.

The heads are those of the list of duties, and an item belongs to the head whose id it bears or begins with.
An item answered yes or no was looked at. "Not applicable" covers nothing, and says why: it is told apart
from an item that was left open. A form without any of these items (a patrol's) has no heads to cover.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from trace.oversight.visits.answers import NOT_APPLICABLE, Answer
from trace.rules.duty_list import Duty
from trace.rules.forms import Form, Item

WHOLE: Final = "whole"
PART: Final = "part"
NOT: Final = "not"
STATES: Final = (WHOLE, PART, NOT)
_CHECK: Final = "check"


@dataclass(frozen=True, slots=True)
class Head:
    """A head of the list of duties with how far a visit covered it; `applies` is false where every item of
    it was answered as not applicable."""

    id: str
    zh: str
    en: str
    state: str
    applies: bool = True


def heads_covered(duties: Iterable[Duty], form: Form, answers: Iterable[Answer]) -> tuple[Head, ...]:
    """The heads of the form's department in the order of the list; () for a form that is not by heads."""
    given = {one.item: one.value for one in answers}
    found = []
    for duty in duties:
        if duty.kind != _CHECK or duty.department != form.department:
            continue
        for number, (zh, en) in enumerate(duty.content, 1):
            name = f"{duty.id}-{number}"
            items = [one for one in form.items if one.id == name or one.id.startswith(f"{name}-")]
            found.append((Head(name, zh, en, _state(items, given), _applies(items, given)), bool(items)))
    return tuple(head for head, _ in found) if any(asked for _, asked in found) else ()


def _state(items: Sequence[Item], given: dict[str, str]) -> str:
    wanted = [one for one in items if not one.optional or one.id in given]
    looked = [one for one in wanted if given.get(one.id, NOT_APPLICABLE) != NOT_APPLICABLE]
    if not looked:
        return NOT
    return WHOLE if len(looked) == len(wanted) else PART


def _applies(items: Collection[Item], given: dict[str, str]) -> bool:
    return not items or any(given.get(one.id) != NOT_APPLICABLE for one in items)


def covers_all(heads: Collection[Head]) -> bool:
    """Whether every head was covered whole; never of a form without heads."""
    return bool(heads) and all(one.state == WHOLE for one in heads)
