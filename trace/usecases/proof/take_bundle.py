"""Bundles for readers: of a pack with a code for everybody, of another lot for those who see it whole."""

from __future__ import annotations

from typing import Any

from trace.parties import Actor
from trace.store.transaction import Transactions
from trace.usecases.lots.sight import may_take_away, out_of_sight, oversees
from trace.usecases.lots.trace_lineage import require_lot
from trace.usecases.proof.assemble_bundle import REGULATOR, BundleSettings, assemble_bundle


def take_bundle(
    transactions: Transactions, lot: str, view: str, settings: BundleSettings, reader: Actor
) -> dict[str, Any]:
    """The bundle of the lot urn `lot` for `reader`: the view "regulator" is for the authority of its area.

    Raises `UnknownLot`, `LotOutOfSight`, and what the assembly raises.
    """
    with transactions.look(reader.subject) as tx:
        row = require_lot(tx.connection, lot)
        allowed = oversees if view == REGULATOR else may_take_away
        if not allowed(tx.connection, reader, row):
            raise out_of_sight(tx.connection, reader, row)
    return assemble_bundle(transactions, lot, view, settings)
