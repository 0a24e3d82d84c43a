"""The difference between two revisions of a message: member by member, and in the words piece by piece.

What either side no longer holds, because it was erased, is neither different nor equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

SAME, REMOVED, ADDED = "same", "removed", "added"
MEMBERS: Final = ("type", "party", "text", "about")
_SHORTEST: Final = 2
"""An equal piece shorter than this between two changed ones is read as part of the change."""


@dataclass(frozen=True, slots=True)
class Worded:
    """What a revision says; None for what is no longer held here."""

    type: str
    party: str | None
    text: str | None
    about: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A member that was changed, from what to what; of words also which pieces stayed, went and came."""

    member: str
    before: str
    after: str
    pieces: tuple[tuple[str, str], ...] = ()


def differences(before: Worded, after: Worded) -> list[Difference]:
    """What a revision changed, in the order of the members; [] where nothing that is held differs."""
    return list(_differences(before, after))


def _differences(before: Worded, after: Worded) -> Iterator[Difference]:
    for member in MEMBERS:
        was, now = getattr(before, member), getattr(after, member)
        if was is None or now is None or was == now:
            continue
        if member == "text":
            yield Difference(member, was, now, pieces(was, now))
        elif member == "about":
            yield Difference(member, " ".join(was), " ".join(now))
        else:
            yield Difference(member, was, now)


def pieces(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """The words as they stayed, went and came; what came and stayed is the new text, without what went."""
    found: list[tuple[str, str]] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for how, first, last, start, end in matcher.get_opcodes():
        if how == "equal" and (last - first >= _SHORTEST or not found or last == len(before)):
            found.append((SAME, after[start:end]))
            continue
        removed, added = before[first:last], after[start:end]
        if len(found) > 1 and found[-1][0] == ADDED and found[-2][0] == REMOVED:
            removed, added = found[-2][1] + removed, found[-1][1] + added
            del found[-2:]
        elif found and found[-1][0] in {REMOVED, ADDED}:
            kind, text = found.pop()
            removed, added = (text + removed, added) if kind == REMOVED else (removed, text + added)
        found += [(kind, text) for kind, text in ((REMOVED, removed), (ADDED, added)) if text]
    return tuple(found)
