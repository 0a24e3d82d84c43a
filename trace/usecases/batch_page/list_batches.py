"""The batches of a product, for the choice behind 一品一码, and the states of those that are shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from trace.calendar.shanghai import SHANGHAI_TIME
from trace.store.lots.details import read_lots_by_id, read_packs
from trace.store.page_keys import SPREADING
from trace.store.transaction import Transactions
from trace.usecases.batch_page.basis import basis_of_code
from trace.usecases.batch_page.page import ListedBatch
from trace.usecases.lots.packs import KeyedPack, digest_on_label, gtin_forms, standings, state_of


def list_batches(transactions: Transactions, gtin: str) -> tuple[tuple[ListedBatch, ...], frozenset[str]]:
    """The packs of a product, the newest first, and the basis of the list; () for an unknown product.

    Their states leave out what comes from above them (`read_pack_states`): a product may have thousands.
    """
    with transactions.look() as tx:
        newest = {pack.lot: (pack, row) for pack, row in read_packs(tx.connection, "gtin", gtin_forms(gtin))}
        names = {
            each: row.product_name for each, row in read_lots_by_id(tx.connection, list(newest)[-1:]).items()
        }
        day = tx.now.astimezone(SHANGHAI_TIME).date()
        batches = tuple(
            ListedBatch(
                pack.batch_no,
                str(made) if isinstance(made := pack.data.get("productionDate"), str) else None,
                state_of(pack, None, day, tx.rules),
                digest_on_label(row.statement),
                pack.lot,
                names.get(pack.lot, ""),
            )
            for pack, row in reversed(newest.values())
        )
    packs = [KeyedPack(pack, row, ((pack, row),)) for pack, row in newest.values()]
    return batches, basis_of_code(packs, gtin) | {SPREADING}


def read_pack_states(transactions: Transactions, lots: Collection[int]) -> Mapping[int, str]:
    """Pack lot -> its whole state, with the orders and failed tests on whatever may be in it."""
    with transactions.look() as tx:
        newest = {pack.lot: (pack, row) for pack, row in read_packs(tx.connection, "lot", lots)}
        packs = [KeyedPack(pack, row, ((pack, row),)) for pack, row in newest.values()]
        return {one.lot.id: one.state for one in standings(tx, packs)}
