"""How far a firm's recall is, from the steps that it signed, and how its clocks stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from trace.chain.facts.recall import ANNOUNCEMENT, COMPLETION, NOTICE, PLAN, PROGRESS, RECALL
from trace.oversight.recall_clocks import Clock, RecallCourse, Step, recall_clocks, span_of
from trace.store.lots.orders import OrderRow, StepRow, read_recall_steps
from trace.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class ClockSeen:
    """A limit of a recall as it stands: its rule, from when to when it runs, and whether it was kept.

    `provisional`: the days off on which `ends` hangs are not announced yet.
    """

    step: str
    state: str
    rule: str
    limit: str
    clause: str
    counts_from: str
    counting: str | None
    since: datetime | None
    ends: datetime | None
    last_day: date | None
    provisional: bool
    done: datetime | None


def clocks_of(tx: Tx, orders: Iterable[OrderRow]) -> dict[str, tuple[ClockSeen, ...]]:
    """Statement of a firm's recall -> its clocks; a bureau's order has the firm's recall as its answer."""
    recalls = {order.statement: order for order in orders if order.typ == RECALL.typ}
    if not recalls:
        return {}
    steps: dict[str, list[StepRow]] = {statement: [] for statement in recalls}
    for step in read_recall_steps(tx.connection, recalls):
        steps[step.recall].append(step)
    return {
        statement: tuple(_seen(clock) for clock in recall_clocks(tx.rules, course, tx.now))
        for statement, order in recalls.items()
        if (course := _course(order, steps[statement])) is not None
    }


def _course(order: OrderRow, steps: Iterable[StepRow]) -> RecallCourse | None:
    if order.level is None:
        return None
    taken: dict[str, list[Step]] = {}
    for step in steps:
        taken.setdefault(step.typ, []).append(Step(step.occurred_at, step.logged_at))

    def first(typ: str) -> Step | None:
        return min(taken.get(typ, ()), key=lambda step: step.said, default=None)

    begun = Step(order.occurred_at, order.logged_at)
    return RecallCourse(
        order.level,
        _found(order.data) or (begun.said, begun.said),
        begun,
        first(PLAN.typ),
        first(NOTICE.typ),
        first(ANNOUNCEMENT.typ),
        tuple(taken.get(PROGRESS.typ, ())),
        first(COMPLETION.typ),
        ordered=order.data.get("matter") is not None,
    )


def _found(data: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
    """The moment, or the span of the day, on which the risk was found, as the recall states it."""
    at, on = data.get("foundAt"), data.get("foundOn")
    if isinstance(at, str):
        moment = datetime.fromisoformat(at)
        return moment, moment
    return span_of(date.fromisoformat(on)) if isinstance(on, str) else None


def _seen(clock: Clock) -> ClockSeen:
    rule, ends = clock.rule, clock.ends
    return ClockSeen(
        clock.step,
        clock.state,
        rule.id,
        f"{rule.text} {rule.unit}",
        rule.cited,
        rule.counts_from,
        ends.counting if ends else None,
        clock.since.astimezone(UTC) if clock.since else None,
        ends.ends if ends else None,
        ends.last_day if ends else None,
        ends.provisional if ends else False,
        clock.done.astimezone(UTC) if clock.done else None,
    )
