"""Draws as the log tells them: each commitment with what came of it, and how often the same was begun.

Nothing is hidden by beginning again: a draw that was given up, and one that was committed to and left, stand
beside the one that was made. Another title hides nothing either: what counts are the firms that are drawn
from, within a year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from trace.chain.facts.draws import DRAW, GIVEN_UP, RESULT
from trace.errors import DrawNotAsPlanned
from trace.oversight.official_acts import ActSaid

KINDS: Final = (DRAW.typ, RESULT.typ, GIVEN_UP.typ)
OPEN: Final = "open"
DRAWN: Final = "drawn"
ENDED: Final = "ended"
AGAIN: Final = timedelta(days=366)
"""How far apart two commitments still count as attempts at the same. Our own measure, of no text."""


@dataclass(frozen=True, slots=True)
class DrawSeen:
    """A commitment and what came of it. `attempt`: which one it is, from 1 on, of those within a year that
    are of the same matter or draw from firms of its list; `shared`: how many firms it has in common with
    another of them, the most of any."""

    statement: str
    authority: str
    matter: str
    plan_hash: str
    objects: int
    take: int
    at: datetime
    attempt: int
    attempts: int
    halves: tuple[tuple[str, str], ...] = ()
    result: str = ""
    result_hash: str = ""
    result_at: datetime | None = None
    reason: str = ""
    shared: int = 0

    @property
    def state(self) -> str:
        if self.result:
            return DRAWN
        return ENDED if self.reason else OPEN


def draws_in_log(
    said: Iterable[ActSaid], objects: Mapping[str, frozenset[str]] | None = None
) -> tuple[DrawSeen, ...]:
    """The draws of these records in order of arrival, the newest first; a commitment's first result counts.

    `objects`: hash of a plan -> whom it draws from; of a plan that is not known here the title alone counts.
    Moments are those of the log: when somebody says that he did it is of no account here.
    """
    ordered = list(said)
    results = {str(one.data["draw"]): one for one in reversed(ordered) if one.typ == RESULT.typ}
    ended = {str(one.data["draw"]): one for one in reversed(ordered) if one.typ == GIVEN_UP.typ}
    begun = [one for one in ordered if one.typ == DRAW.typ]
    alike = _alike(begun, objects or {})
    found = [
        _seen(one, results.get(one.statement), ended.get(one.statement), alike[place])
        for place, one in enumerate(begun)
    ]
    return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class _Alike:
    """How many commitments like this one came before it and in all, and the most firms in common."""

    before: int
    every: int
    shared: int


def _alike(begun: Sequence[ActSaid], objects: Mapping[str, frozenset[str]]) -> list[_Alike]:
    lists = _as_bits([objects.get(one.data["planHash"], frozenset()) for one in begun])
    found = []
    for place, one in enumerate(begun):
        others = [
            (other, (lists[place] & lists[other]).bit_count())
            for other, said in enumerate(begun)
            if other != place and abs(said.logged_at - one.logged_at) <= AGAIN
            if lists[place] & lists[other] or _same_matter(said, one)
        ]
        shared = max((count for _, count in others), default=0)
        found.append(_Alike(sum(other < place for other, _ in others), len(others), shared))
    return found


def _as_bits(lists: Sequence[frozenset[str]]) -> list[int]:
    """Each list with a bit for each of its firms: hundreds of draws are compared in no time."""
    places: dict[str, int] = {}
    found = []
    for names in lists:
        held = [places.setdefault(name, len(places)) for name in names]
        bits = bytearray(len(places) // 8 + 1)
        for place in held:
            bits[place >> 3] |= 1 << (place & 7)
        found.append(int.from_bytes(bits, "little"))
    return found


def _same_matter(one: ActSaid, other: ActSaid) -> bool:
    return (one.authority, one.data["matter"]) == (other.authority, other.data["matter"])


def _seen(one: ActSaid, result: ActSaid | None, ended: ActSaid | None, alike: _Alike) -> DrawSeen:
    data = one.data
    halves = result.data["halves"] if result is not None else ()
    return DrawSeen(
        statement=one.statement,
        authority=one.authority,
        matter=data["matter"],
        plan_hash=data["planHash"],
        objects=data["objects"],
        take=data["take"],
        at=one.logged_at,
        attempt=alike.before + 1,
        attempts=alike.every + 1,
        shared=alike.shared,
        halves=tuple((half["department"], half["value"]) for half in halves),
        result=result.statement if result is not None else "",
        result_hash=result.data["resultHash"] if result is not None else "",
        result_at=result.logged_at if result is not None else None,
        reason=ended.data["reason"] if ended is not None and result is None else "",
    )


def require_in_log(draws: Iterable[DrawSeen], plan_hash: str, result_hash: str) -> DrawSeen:
    """The draw of a result that was computed again.

    Raises `DrawNotAsPlanned` where its plan was never committed to, or another result stands there.
    """
    found = [one for one in draws if one.plan_hash == plan_hash]
    if not found:
        raise DrawNotAsPlanned(member="planHash")
    drawn = next((one for one in found if one.result), None)
    if drawn is not None and drawn.result_hash != result_hash:
        raise DrawNotAsPlanned(member="resultHash")
    return drawn or found[0]
