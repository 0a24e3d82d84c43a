"""Marks, closed gates and disputes of a lot and of everything above it.

A named gap is seen by everyone downstream and by the regulator: rule, kind of lot and the signer's reason
are for everybody; the figures are for those who may see the lot that is marked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from trace.chain.admission.gates import bears_on
from trace.chain.editions import is_for_everybody
from trace.chain.effects import GATES, Mark
from trace.parties import Actor
from trace.store.chain.statements import StatementRow
from trace.store.lots.details import (
    DisputeRow,
    LotRow,
    disputed_below,
    disputes_on,
    lots_numbered,
    marks_on,
)
from trace.store.transaction import Transactions
from trace.usecases.lots.holds import marked_lots
from trace.usecases.lots.json_forms import iso, mark_json
from trace.usecases.lots.trace_lineage import require_lot
from trace.usecases.lots.visibility import owns


def read_marks(transactions: Transactions, lot: str, actor: Actor) -> dict[str, Any]:
    """Open marks of the lot urn `lot` (`own`) and of all lots above it, closed gates, open disputes.

    A dispute over what was received of a lot is also that lot's, though it stands on the receipt.
    `gates` are those that a mark of the lot, of the same goods before it, or a spreading mark above closes.
    Raises `UnknownLot`.
    """
    with transactions.look(actor.subject) as tx:
        start = require_lot(tx.connection, lot)
        above = marked_lots(tx.connection, start.id, disputed=True) | {start.id}
        lots = lots_numbered(tx.connection, above)
        marks = marks_on(tx.connection, lots)
        below = disputed_below(tx.connection, start.id)
        concerned = lots_numbered(tx.connection, {*lots, *below})
        disputes = [one for one in disputes_on(tx.connection, concerned) if one.outcome is None]
    closed = closed_gates([(mark, lots[mark.lot or start.id]) for mark, _ in marks], start)
    return {
        "lot": start.urn,
        "gates": [gate for gate in GATES if gate in closed],
        "marks": [
            _mark(mark, row, on, start, actor)
            for mark, row in marks
            for on in (lots[mark.lot or start.id],)
            if is_for_everybody(mark.code) or _sees_whole(on, actor)
        ],
        "disputes": [
            _dispute(one, on, (on, start) if on.id in below else (on,), actor)
            for one in disputes
            for on in (concerned[one.lot or start.id],)
        ],
        "truncated": False,
    }


def closed_gates(marks: Iterable[tuple[Mark, LotRow]], start: LotRow) -> frozenset[str]:
    """The gates that these marks, each with its lot, close for `start`."""
    goods = start.detail.get("goods", ())
    bearing = (mark for mark, on in marks if bears_on(mark, on.urn, start.urn, goods))
    return frozenset(gate for mark in bearing for gate in mark.gates)


def _dispute(one: DisputeRow, on: LotRow, owners: Iterable[LotRow], actor: Actor) -> dict[str, Any]:
    shown = {"subject": one.subject, "on": on.kind, "statements": list(one.statements)}
    whole = actor.is_regulator or any(owns(lot, actor.party) for lot in owners)
    return shown | ({"lot": on.urn, "values": list(one.values)} if whole else {})


def _sees_whole(on: LotRow, actor: Actor) -> bool:
    return actor.is_regulator or owns(on, actor.party)


def _mark(mark: Mark, row: StatementRow, on: LotRow, start: LotRow, actor: Actor) -> dict[str, Any]:
    whole = _sees_whole(on, actor)
    shown = {
        "rule": mark.rule,
        "code": mark.code,
        "gates": list(mark.gates),
        "declared": mark.declared,
        "on": on.kind,
        "productName": on.product_name,
        "own": on.id == start.id,
        "statement": row.statement,
        "recordedAt": iso(row.logged_at),
    }
    return shown | ({"lot": on.urn, "params": mark_json(mark)["params"]} if whole else {})
