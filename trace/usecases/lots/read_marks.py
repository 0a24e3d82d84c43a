"""Marks, closed gates and disputes of a lot and of everything above it.

A named gap is seen by everyone downstream and by the regulator: rule, kind of lot and the signer's reason
are for everybody; the figures are for those who may see the lot that is marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from trace.chain.admission.gates import bears_on
from trace.chain.editions import is_for_everybody
from trace.chain.effects import Mark
from trace.parties import Actor
from trace.rules.admission_table import GATES
from trace.store.lots.details import (
    DisputeRow,
    LotRow,
    disputed_below,
    read_disputes,
    read_lots_by_id,
)
from trace.store.transaction import Transactions
from trace.usecases.lots.holds import Bearing, bearing_marks, burdens_of
from trace.usecases.lots.plot_notices import RULE, PlotNotice, list_plot_notices
from trace.usecases.lots.sight import oversees, owns, require_any_sight
from trace.usecases.lots.trace_lineage import require_lot


@dataclass(frozen=True, slots=True)
class SeenMark:
    """A mark as everybody downstream sees it; `own` says whether it stands on the lot asked for."""

    rule: str
    code: str
    gates: tuple[str, ...]
    declared: str | None
    on: str
    product_name: str
    own: bool
    statement: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class SeenWholeMark(SeenMark):
    """A mark for those who may see the lot that is marked, with its figures."""

    lot: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SeenDispute:
    """An open dispute: the member in question, the kind of lot, the statements that contradict."""

    subject: str
    on: str
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeenWholeDispute(SeenDispute):
    """A dispute for those whom it concerns, with what either side says."""

    lot: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MarksSeen:
    """What stands on a lot and above it, all of it: `truncated` is of an older form and never true."""

    lot: str
    gates: tuple[str, ...]
    marks: tuple[SeenMark, ...]
    disputes: tuple[SeenDispute, ...]
    truncated: bool


def read_marks(transactions: Transactions, lot: str, actor: Actor) -> MarksSeen:
    """Open marks of the lot urn `lot` (`own`) and of all lots above it, closed gates, open disputes.

    A dispute over what was received of a lot is also that lot's, though it stands on the receipt.
    Beside a harvest stand notices about its plots, for their holder and the agriculture bureau.
    `gates` are those that a mark of the lot, of the same goods before it, or a spreading mark above closes.
    Raises `UnknownLot`, also for whoever may see nothing of the lot.
    """
    with transactions.look(actor.subject) as tx:
        start = require_lot(tx.connection, lot)
        require_any_sight(tx.connection, actor, start)
        burdens = burdens_of(tx.connection, start.id, disputed=True)
        lots = read_lots_by_id(tx.connection, {*burdens.lots, *burdens.failed_beside(), start.id})
        marks = bearing_marks(tx.connection, burdens)
        below = disputed_below(tx.connection, start.id)
        concerned = read_lots_by_id(tx.connection, {*burdens.whole, *below, start.id})
        disputes = [one for one in read_disputes(tx.connection, concerned) if one.outcome is None]
        reader = _Reader(actor.party, oversees(tx.connection, actor, start))
        notices = list_plot_notices(tx.connection, start, actor, tx.rules)
    closed = closed_gates([(one.mark, lots[one.mark.lot or start.id]) for one in marks], start)
    return MarksSeen(
        lot=start.urn,
        gates=tuple(gate for gate in GATES if gate in closed),
        marks=(
            *(
                _mark(one, lots[one.mark.lot or start.id], start, reader)
                for one in marks
                if is_for_everybody(one.mark.code) or reader.sees(lots[one.mark.lot or start.id])
            ),
            *(_notice(one, start) for one in notices),
        ),
        disputes=tuple(
            _dispute(one, on, (on, start) if on.id in below else (on,), reader)
            for one in disputes
            for on in (concerned[one.lot or start.id],)
        ),
        truncated=False,
    )


def closed_gates(marks: Iterable[tuple[Mark, LotRow]], start: LotRow) -> frozenset[str]:
    """The gates that these marks, each with its lot, close for `start`."""
    goods = start.detail.get("goods", ())
    bearing = (mark for mark, on in marks if bears_on(mark, on.urn, start.urn, goods))
    return frozenset(gate for mark in bearing for gate in mark.gates)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Whose lots are seen with figures: the party's own, or everything above a lot of an authority's area."""

    party: str | None
    oversees: bool

    def sees(self, lot: LotRow) -> bool:
        return self.oversees or owns(lot, self.party)


def _dispute(one: DisputeRow, on: LotRow, owners: Iterable[LotRow], reader: _Reader) -> SeenDispute:
    seen = (one.subject, on.kind, one.statements)
    whole = any(reader.sees(lot) for lot in owners)
    return SeenWholeDispute(*seen, on.urn, one.values) if whole else SeenDispute(*seen)


def _notice(one: PlotNotice, start: LotRow) -> SeenMark:
    """Shown as a mark is, though it is none."""
    seen = (start.kind, start.product_name, True, one.stated.statement, one.stated.logged_at)
    return SeenWholeMark(RULE, one.code, (), None, *seen, start.urn, one.params)


def _mark(bearing: Bearing, on: LotRow, start: LotRow, reader: _Reader) -> SeenMark:
    """Of an order that is only possible here everybody but the authority sees that there is one."""
    mark, row = bearing.mark, bearing.stated
    if not bearing.certain and not reader.oversees:
        mark, row, on = bearing.told(start), start.made_by, start
    said = (mark.rule, mark.code, mark.gates, mark.declared)
    own = bearing.mark.lot == start.id
    seen = (*said, on.kind, on.product_name, own, row.statement, row.logged_at)
    return SeenWholeMark(*seen, on.urn, mark.params) if reader.sees(on) else SeenMark(*seen)
