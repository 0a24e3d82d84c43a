"""Printers of a firm: how far each prints beside where it should, set once and used for every label.

A sheet that is fed askew or a roll whose sensor stops late moves every label by the same few tenths of a
millimetre. The offset is the printer's, not the label's: it is kept by the name that a print run is given to.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from trace.errors.printing import OffsetUnfit
from trace.labels.formats import MOST_OFFSET_MM, Pair
from trace.parties import Actor
from trace.store.printing.printers import (
    FirmPrinter,
    find_offset,
    forget_printer,
    list_printers,
    put_printer,
)
from trace.store.transaction import Transactions
from trace.typed_texts import whole_text

LONGEST: Final = 120
"""Characters of a name, as of the printer of a run."""
MOST: Final = 50
_STEP: Final = Decimal("0.1")

__all__ = ["LONGEST", "FirmPrinter", "keep_printer", "offset_for", "own_printers", "remove_printer"]


def own_printers(transactions: Transactions, actor: Actor) -> list[FirmPrinter]:
    """The printers that the caller's firm has set, by name."""
    if actor.party is None:
        return []
    with transactions.look(actor.subject) as tx:
        return list_printers(tx.connection, actor.party)


def offset_for(transactions: Transactions, actor: Actor, name: str) -> Pair:
    """How far labels are moved for a printer of the caller's firm."""
    with transactions.look(actor.subject) as tx:
        return find_offset(tx.connection, actor.party or "", name)


def keep_printer(transactions: Transactions, actor: Actor, name: str, across: str, down: str) -> None:
    """Set a printer's offset as typed, in mm: to the right and down, negative to the left and up.

    Raises `TextTooLong`, and `OffsetUnfit` with the field that is no such figure, or too far, or a name that
    is missing.
    """
    name = whole_text("name", " ".join(name.split()), LONGEST)
    offset = (_offset("across", across), _offset("down", down))
    with transactions.begin(actor.subject) as tx:
        known = {one.name for one in list_printers(tx.connection, actor.party or "")}
        if not name or actor.party is None or (name not in known and len(known) >= MOST):
            raise OffsetUnfit(field="name", most=str(MOST_OFFSET_MM))
        put_printer(tx.connection, actor.party, FirmPrinter(name, offset, actor.subject, tx.now))


def remove_printer(transactions: Transactions, actor: Actor, name: str) -> None:
    """Forget a printer; runs that were asked for keep what they were asked with."""
    with transactions.begin(actor.subject) as tx:
        forget_printer(tx.connection, actor.party or "", name)


def _offset(field: str, text: str) -> Decimal:
    try:
        read = Decimal(text.strip().replace("，", ".").replace("。", ".") or "0")
    except InvalidOperation:
        raise OffsetUnfit(field=field, most=str(MOST_OFFSET_MM)) from None
    if not read.is_finite() or abs(read) > MOST_OFFSET_MM or read % _STEP:
        raise OffsetUnfit(field=field, most=str(MOST_OFFSET_MM))
    return read.quantize(_STEP)
