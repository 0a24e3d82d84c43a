"""Exclusions of a trace: machine values that say why a connected lot is not in the answer, such as "H2
arrived on day 5, B1 was finished on day 3; it cannot be in B1"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trace.chain.lineage.arcs import Arc, moment_of
from trace.chain.lineage.superset import DOWN, Direction, Step, Superset

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
    objection: Callable[[Arc], str | None],
) -> tuple[Exclusion, ...]:
    """One exclusion per connected lot that was not reached, by lot id.

    Of several failing links into a lot the one that misses by least is named: it is the one to question.
    """
    failing: dict[int, Step] = {}
    for near in keys:
        for step in around.steps.get(near, ()):
            rival = failing.get(step.far)
            if step.far not in keys and (rival is None or _miss(step, keys) < _miss(rival, keys)):
                failing[step.far] = step
    told = {lot: _direct(step, keys, direction, objection) for lot, step in failing.items()}
    frontier = sorted(told)
    while frontier:
        beyond: list[int] = []
        for near in frontier:
            for step in around.steps.get(near, ()):
                if step.far not in keys and step.far not in told:
                    via = told[near].via
                    root = near if via is None else via
                    told[step.far] = Exclusion(step.far, BEYOND, None, None, None, None, None, root)
                    beyond.append(step.far)
        frontier = sorted(beyond)
    return tuple(told[lot] for lot in sorted(told))


def _miss(step: Step, keys: Mapping[int, int]) -> tuple[int, int]:
    return keys[step.near] - step.leave, step.arc.link_id


def _direct(
    step: Step, keys: Mapping[int, int], direction: Direction, objection: Callable[[Arc], str | None]
) -> Exclusion:
    arc, sign = step.arc, 1 if direction == DOWN else -1
    reason = objection(arc)
    timed = reason is None
    return Exclusion(
        lot=step.far,
        reason=reason or TIME,
        at=step.near,
        link_id=arc.link_id,
        statement=arc.statement,
        limit=moment_of(sign * keys[step.near]) if timed else None,
        moment=moment_of(sign * step.leave) if timed else None,
        via=None,
    )
