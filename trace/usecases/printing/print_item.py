"""Reprint of one item label, to replace a damaged one. The first time, codes are printed by runs."""

from __future__ import annotations

from trace.codes.intervals import Interval
from trace.codes.serials import parse
from trace.errors import CodeUnregistered
from trace.errors.printing import NeverPrinted
from trace.store.printing.print_runs import runs_over
from trace.store.transaction import Transactions
from trace.usecases.codes.item_codes import IssuedCodes
from trace.usecases.printing.print_label import LabelOptions, PrintedLabel, drawn
from trace.usecases.printing.print_runs import codes_of, refuse_withdrawn, stem_of
from trace.usecases.printing.printable_pack import OF_ITEMS, open_pack


def print_item(
    transactions: Transactions,
    codes: IssuedCodes,
    lot: str,
    serial: str,
    wish: LabelOptions,
    public_url: str,
    *,
    holder: str | None,
) -> PrintedLabel:
    """The label of the item `serial` of the pack lot `lot`, with the link of its print run.

    Raises what `open_pack` raises (gate "code" only), `SerialMalformed`, `CodeUnregistered` for a code of no
    pack or of another lot, `CodesNotAllocated`, `CodesNotPrintable`, and `NeverPrinted`.
    """
    text = parse(serial)
    with transactions.look("label") as tx:
        pack = open_pack(tx.connection, lot, OF_ITEMS, holder)
        gtin = pack.pack.gtin
        found = codes.find_platform(text) if gtin is None else codes.find_item(gtin, text)
        if found is None or found.lot != lot:
            raise CodeUnregistered(code=text)
        held = codes_of(tx.connection, lot)
        refuse_withdrawn(held, Interval(found.counter, 1))
        if not runs_over(tx.connection, held.scope, held.epoch, found.counter, found.counter + 1):
            raise NeverPrinted(code=text)
    return drawn(pack, f"{stem_of(pack, public_url)[0]}{text}?v={pack.version}", wish)
