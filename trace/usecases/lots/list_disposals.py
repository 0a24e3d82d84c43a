"""Disposals of a lot: what was taken out of it for good, how, and by which statement."""

from __future__ import annotations

from dataclasses import dataclass

from trace.parties import Actor
from trace.quantities import Quantity
from trace.store.chain.statements import StatementRow
from trace.store.lots.details import read_disposals, read_witnesses
from trace.store.transaction import Transactions
from trace.usecases.lots.sight import require_sight
from trace.usecases.lots.trace_lineage import require_lot


@dataclass(frozen=True, slots=True)
class Disposal:
    """An amount that left a lot for good, and the statement that says so."""

    quantity: Quantity
    manner: str
    statement: StatementRow
    witnessed: str | None
    """The bureau's statement that saw it, if there is one."""


@dataclass(frozen=True, slots=True)
class Disposals:
    """All disposals of a lot, in order of arrival."""

    lot: str
    disposals: tuple[Disposal, ...]


def list_disposals(transactions: Transactions, lot: str, actor: Actor) -> Disposals:
    """The disposals of a lot, for those who may see it. Raises `UnknownLot`, `LotOutOfSight`."""
    with transactions.look(actor.subject) as tx:
        row = require_lot(tx.connection, lot)
        require_sight(tx.connection, actor, row)
        found = read_disposals(tx.connection, [row.id])
        seen = read_witnesses(tx.connection, [one.id for one, _ in found])
        disposals = (Disposal(one.quantity, one.manner, by, seen.get(one.id)) for one, by in found)
        return Disposals(row.urn, tuple(disposals))
