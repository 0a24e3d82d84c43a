"""Draws as the log tells them: each commitment with what came of it, and how often the same was begun.

Nothing is hidden by beginning again: a draw that was given up, and one that was committed to and left, stand
beside the one that was made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trace.chain.facts.draws import DRAW, GIVEN_UP, RESULT
from trace.errors import DrawNotAsPlanned
from trace.oversight.official_acts import ActSaid

KINDS: Final = (DRAW.typ, RESULT.typ, GIVEN_UP.typ)
OPEN: Final = "open"
DRAWN: Final = "drawn"
ENDED: Final = "ended"


@dataclass(frozen=True, slots=True)
class DrawSeen:
    """A commitment and what came of it. `attempt`: which commitment of that matter it is, from 1 on."""

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

    @property
    def state(self) -> str:
        if self.result:
            return DRAWN
        return ENDED if self.reason else OPEN


def draws_in_log(said: Iterable[ActSaid]) -> tuple[DrawSeen, ...]:
    """The draws of these records in order of arrival, the newest first; a commitment's first result counts.

    Moments are those of the log: when somebody says that he did it is of no account here.
    """
    ordered = list(said)
    results = {str(one.data["draw"]): one for one in reversed(ordered) if one.typ == RESULT.typ}
    ended = {str(one.data["draw"]): one for one in reversed(ordered) if one.typ == GIVEN_UP.typ}
    begun = [one for one in ordered if one.typ == DRAW.typ]
    every = Counter((one.authority, one.data["matter"]) for one in begun)
    counted: Counter[tuple[str, str]] = Counter()
    found = []
    for one in begun:
        counted[one.authority, one.data["matter"]] += 1
        found.append(
            _seen(
                one,
                results.get(one.statement),
                ended.get(one.statement),
                (counted[one.authority, one.data["matter"]], every[one.authority, one.data["matter"]]),
            )
        )
    return tuple(reversed(found))


def _seen(one: ActSaid, result: ActSaid | None, ended: ActSaid | None, place: tuple[int, int]) -> DrawSeen:
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
        attempt=place[0],
        attempts=place[1],
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
