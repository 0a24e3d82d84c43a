"""What a recall would reach, before it is begun: own goods to choose from, and where they went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from trace.parties import Actor
from trace.store.lots.details import LotRow, read_lots
from trace.store.lots.recall_steps import list_own_goods
from trace.store.transaction import Transactions
from trace.usecases.recalls.own_recalls import ScopeSeen, scope_of
from trace.usecases.recalls.propose_steps import own_lots

LISTED: Final = 50


def find_goods(transactions: Transactions, actor: Actor, batch_no: str) -> list[LotRow]:
    """Lots that the caller's firm holds, the newest first; those of a batch number where one is given."""
    with transactions.look(actor.subject) as tx:
        urns = list_own_goods(tx.connection, actor.party or "", batch_no.strip()[:100], LISTED)
        rows = {one.urn: one for one in read_lots(tx.connection, urns)}
        return [rows[urn] for urn in urns if urn in rows]


def preview_scope(transactions: Transactions, actor: Actor, urns: Sequence[str]) -> ScopeSeen:
    """Where these lots of the caller's went; raises `UnknownLot` for any other."""
    with transactions.look(actor.subject) as tx:
        lots = own_lots(tx.connection, actor, urns)
        return scope_of(tx.connection, [one.id for one in lots], actor.party or "")
