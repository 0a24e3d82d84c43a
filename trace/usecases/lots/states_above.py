"""What lots are said to be in a trace: their own state, or what comes down to them from lots above.

The answer for many lots at once that `order_on_goods` and the batch page give for one: recalls and holds
come down along links and pairs, lapsed ones too, and as possible along claims and links of old; a failed test
comes down along the first, and along a link of old if it was noted before that was taken away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from trace.chain.admission.gates import FAILED_REPORT, HELD, RECALLED
from trace.chain.effects import Mark
from trace.chain.lineage.closure import trace_down
from trace.chain.lineage.packings import drawn
from trace.chain.lineage.scope import CLAIMED
from trace.chain.order_effects import COMPLETED
from trace.store.base import to_micros
from trace.store.chain.marked_graph import StoredMarkedGraph
from trace.store.chain.packings import packings_beside
from trace.store.chain.statements import StatementRow
from trace.store.chain.ways import LAPSED
from trace.store.lots.details import read_marks_on
from trace.store.lots.orders import read_orders
from trace.store.lots.wide_graph import SideWay, WideLotGraph
from trace.store.transaction import Connection
from trace.usecases.lots.states import FAILED, NORMAL, POSSIBLE, RECALL_COMPLETED, WITHDRAWN
from trace.usecases.lots.states import HELD as LOCKED
from trace.usecases.lots.states import RECALLED as RECALL

Stated = tuple[Mark, StatementRow]
"""A mark, and the statement that it is of."""
_STATEMENT: Final = -256
_ALL: Final = 1 << 40
_CODES: Final = (RECALLED, HELD, FAILED_REPORT)
_ORDERS: Final = (RECALL, RECALL_COMPLETED, LOCKED)
WORST_FIRST: Final = (*_ORDERS, FAILED, POSSIBLE)
SOURCE: Final[Mapping[str, str]] = {
    RECALL: "source-recalled",
    RECALL_COMPLETED: "source-recall-completed",
    LOCKED: "source-held",
    FAILED: "source-failed",
    POSSIBLE: "source-possibly-recalled",
}
"""State -> what is said of a lot that has it from above."""
_OWN: Final = frozenset({RECALL, LOCKED})
"""States of a lot that orders on itself make."""
_RANKED: Final = (RECALL, WITHDRAWN, *WORST_FIRST[1:], NORMAL)


@dataclass(frozen=True, slots=True)
class StatesAbove:
    """By lot the worst of what its own open marks say (`own`), and of what comes down to it (`above`)."""

    own: Mapping[int, str] = field(default_factory=dict)
    above: Mapping[int, str] = field(default_factory=dict)

    def state(self, lot: int, stored: str) -> str:
        """What is said of a lot that is stored as `stored`: the worst that is known of it."""
        if lot not in self.own and lot not in self.above:  # as most are
            return stored
        found = [each[lot] for each in (self.own, self.above) if lot in each]
        if lot not in self.own or stored not in _OWN:  # else its marks say it better: whether that is over
            found.append(stored)
        return min(found, key=_RANKED.index)

    def source(self, lot: int) -> str | None:
        """What is said of its sources; None where a lot's own state says as much."""
        state = self.above.get(lot)
        return None if state is None or lot in self.own else SOURCE[state]


def states_above(connection: Connection) -> StatesAbove:
    """What all orders and failed tests that stand mean for all lots."""
    marked = StoredMarkedGraph(connection, _CODES).marked(_ALL) or ()
    if not marked:
        return StatesAbove()
    marks = [each for each in read_marks_on(connection, marked) if each[0].code in _CODES]
    bearing = _by_state(connection, marks)
    own: dict[int, str] = {}
    above: dict[int, str] = {}
    for state in WORST_FIRST[:-1]:
        lots = bearing.get(state, {})
        for lot in lots:
            own.setdefault(lot, state)
        from_here = _with_packings_beside(connection, lots, marks) if state == FAILED else lots
        for lot in _below(connection, state, from_here) - lots.keys():
            above.setdefault(lot, state)
    ordered = {lot for state in _ORDERS for lot in bearing.get(state, ())}
    if ordered:
        for lot in trace_down(WideLotGraph(connection), sorted(ordered)).lots - ordered:
            above.setdefault(lot, POSSIBLE)
    return StatesAbove(own, above)


def may_have_failed(connection: Connection) -> frozenset[int]:
    """Lots that failed a test, or that a failed test may reach: more than it does, in one trace of all."""
    failed = set(StoredMarkedGraph(connection, (FAILED_REPORT,)).marked(_ALL) or ())
    if not failed:
        return frozenset()
    failed |= packings_beside(connection, failed).keys()
    return frozenset(trace_down(WideLotGraph(connection, _may_pass), sorted(failed)).lots)


def may_be_recalled(connection: Connection) -> frozenset[int]:
    """Lots that a recall names or may reach: more than it does, in one trace of all."""
    recalled = set(StoredMarkedGraph(connection, (RECALLED,)).marked(_ALL) or ())
    return frozenset(trace_down(WideLotGraph(connection), sorted(recalled)).lots) if recalled else frozenset()


def _by_state(connection: Connection, marks: Sequence[Stated]) -> dict[str, dict[int, int]]:
    """State -> the lots whose own marks say it, each with the moment at which that was noted first."""
    orders = read_orders(connection, {mark.id & _STATEMENT for mark, _ in marks if mark.code == RECALLED})
    found: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for mark, row in marks:
        order = orders.get(mark.id & _STATEMENT)
        state = _state_of(mark, completed=order is not None and order.state == COMPLETED)
        found[state].setdefault(-1 if mark.lot is None else mark.lot, _noted(row))
    return found


def _with_packings_beside(
    connection: Connection, failed: Mapping[int, int], marks: Iterable[Stated]
) -> dict[int, int]:
    """Failed lots and the other packings of their production batches, each with its first moment."""
    tests: defaultdict[int | None, list[tuple[int, int]]] = defaultdict(list)
    for mark, row in marks:
        if mark.code == FAILED_REPORT:
            tests[mark.lot].append((drawn(mark.params, _noted(row)), _noted(row)))
    found = dict(failed)
    for lot, others in packings_beside(connection, failed).items():
        noted = [noted for each, until in others.items() for sampled, noted in tests[each] if sampled < until]
        if noted and lot not in failed:
            found[lot] = min(noted)
    return found


def _noted(row: StatementRow) -> int:
    return to_micros(row.logged_at)


def _state_of(mark: Mark, *, completed: bool) -> str:
    if mark.code == RECALLED:
        return RECALL_COMPLETED if completed else RECALL
    return LOCKED if mark.code == HELD else FAILED


def _below(connection: Connection, state: str, lots: Mapping[int, int]) -> set[int]:
    """All that is certainly made of these lots, as far as what they bear comes down."""
    if not lots:
        return set()
    if state != FAILED:
        return set(trace_down(WideLotGraph(connection, _is_lapsed), sorted(lots)).lots)
    found: set[int] = set()
    by_moment: defaultdict[int, list[int]] = defaultdict(list)
    for lot, noted in lots.items():
        by_moment[noted].append(lot)
    for noted, tested in by_moment.items():
        found |= trace_down(WideLotGraph(connection, _passing(noted)), sorted(tested)).lots
    return found


def _is_lapsed(one: SideWay) -> bool:
    return one.label == LAPSED


def _may_pass(one: SideWay) -> bool:
    return _is_lapsed(one) or (one.is_former and one.label != CLAIMED)


def _passing(noted: int) -> Callable[[SideWay], bool]:
    """Ways along which a test comes down that was noted at a moment."""
    return lambda one: _is_lapsed(one) or (one.is_former and one.label != CLAIMED and noted < one.stated_at)
