"""Our templates per role with what a firm has to choose from: products, places, suppliers, open lots."""

from __future__ import annotations

from trace.errors import TemplateUnknown
from trace.exchange.workbook.firm_lists import TEMPLATES, FirmLists, write_firm_template
from trace.parties import Actor
from trace.store.transaction import Transactions
from trace.store.uploads.names import (
    known_suppliers,
    open_lots,
    own_places,
    own_products,
)


def firm_template(transactions: Transactions, actor: Actor, name: str) -> bytes:
    """The template of that name as XLSX; raises `TemplateUnknown`."""
    if name not in TEMPLATES:
        raise TemplateUnknown(name=name[:40], known=list(TEMPLATES))
    return write_firm_template(TEMPLATES[name], firm_lists(transactions, actor))


def firm_lists(transactions: Transactions, actor: Actor) -> FirmLists:
    """What the caller's party has to choose from."""
    party = actor.party or ""
    with transactions.look(actor.subject) as tx:
        return FirmLists(
            products=own_products(tx.connection, party),
            places=own_places(tx.connection, party),
            suppliers=known_suppliers(tx.connection, party),
            lots=open_lots(tx.connection, party),
        )
