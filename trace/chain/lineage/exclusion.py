"""Exclusions of a trace: machine values that say why a connected lot is not in the answer, such as "H2
arrived on day 5, B1 was finished on day 3; it cannot be in B1"."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trace.chain.lineage.arcs import DOWN, Direction, moment_of
from trace.chain.lineage.superset import Step, Superset

TIME: Final = "time"
KILL_STEP: Final = "kill-step"
DISPUTED_LINK: Final = "disputed"
BEYOND: Final = "beyond-excluded"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A connected lot that the trace does not reach.

    `at` is the reached lot nearest to it and `link_id` the link that fails. For `time`: `limit` is the time
    label of `at` (down: contaminated at the earliest then; up: useful until then) and `moment` the link's own
    time (down: it left at the latest then; up: it arrived at the earliest then). `beyond-excluded` lots hang
    on the excluded lot `via` and share its reason.
    """

    lot: int
    reason: str
    at: int | None
    link_id: int | None
    statement: str | None
    limit: datetime | None
    moment: datetime | None
    via: int | None

    def as_dict(self) -> dict[str, object]:
        return {
            "lot": str(self.lot),
            "reason": self.reason,
            "at": None if self.at is None else str(self.at),
            "link": None if self.link_id is None else str(self.link_id),
            "statement": self.statement,
            "limit": self.limit.isoformat() if self.limit else None,
            "moment": self.moment.isoformat() if self.moment else None,
            "via": None if self.via is None else str(self.via),
        }


def explain(
    around: Superset,
    keys: Mapping[int, int],
    direction: Direction,
    objection: Callable[[Step], str | None],
    statements_of: Callable[[Collection[int]], Mapping[int, str]],
) -> tuple[Exclusion, ...]:
    """One exclusion per connected lot that was not reached, by lot id.

    Of several failing links into a lot the one that misses by least is named: it is the one to question.
    """
    failing = _failing(around, keys)
    stated = statements_of([step[0] for step in failing.values()]) if failing else {}
    told = {lot: _direct(step, stated[step[0]], keys, direction, objection) for lot, step in failing.items()}
    frontier = sorted(told)
    while frontier:
        beyond: list[int] = []
        for near in frontier:
            for _, _, far, *_ in around.steps.get(near, ()):
                if far not in keys and far not in told:
                    via = told[near].via
                    root = near if via is None else via
                    told[far] = Exclusion(far, BEYOND, None, None, None, None, None, root)
                    beyond.append(far)
        frontier = sorted(beyond)
    return tuple(told[lot] for lot in sorted(told))


def _failing(around: Superset, keys: Mapping[int, int]) -> dict[int, Step]:
    """The link to name for every lot that was not reached but lies next to one that was."""
    failing: dict[int, Step] = {}
    for near in keys:
        for step in around.steps.get(near, ()):
            rival = failing.get(step[2])
            if step[2] not in keys and (rival is None or _miss(step, keys) < _miss(rival, keys)):
                failing[step[2]] = step
    return failing


def _miss(step: Step, keys: Mapping[int, int]) -> tuple[int, int]:
    link, near, _, _, leave, _ = step
    return keys[near] - leave, link


def _direct(
    step: Step,
    statement: str,
    keys: Mapping[int, int],
    direction: Direction,
    objection: Callable[[Step], str | None],
) -> Exclusion:
    link, near, far, _, leave, _ = step
    reason, sign = objection(step), 1 if direction == DOWN else -1
    timed = reason is None
    return Exclusion(
        lot=far,
        reason=reason or TIME,
        at=near,
        link_id=link,
        statement=statement,
        limit=moment_of(sign * keys[near]) if timed else None,
        moment=moment_of(sign * leave) if timed else None,
        via=None,
    )
