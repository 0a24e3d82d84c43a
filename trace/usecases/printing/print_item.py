"""Reprint of one item label, to replace a damaged one. The first time, codes are printed by runs.

Two packs with one code look like copies to a shopper: each reprint has its reason, and stands in the history
of the code from the moment that its drawing is given away.
"""

from __future__ import annotations

from dataclasses import replace

from trace.codes.intervals import Interval
from trace.codes.serials import parse
from trace.errors import CodeUnregistered
from trace.errors.printing import NeverPrinted, ReprintReasonAbsent
from trace.parties import Actor
from trace.store.printing.code_reprints import CodeReprint, put_reprint
from trace.store.printing.print_runs import runs_over
from trace.store.transaction import Transactions
from trace.usecases.codes.item_codes import IssuedCodes
from trace.usecases.printing.print_label import LabelOptions, PrintedLabel, drawn
from trace.usecases.printing.print_runs import codes_of, refuse_withdrawn, stem_of
from trace.usecases.printing.printable_pack import OF_ITEMS, open_pack

_DRAWS_NOTHING = "json"


def print_item(
    transactions: Transactions,
    codes: IssuedCodes,
    lot: str,
    serial: str,
    wish: LabelOptions,
    public_url: str,
    *,
    actor: Actor,
    reason: str | None,
) -> PrintedLabel:
    """The label of the item `serial` of the pack lot `lot`, with the link of its print run: one, if not more.

    What draws nothing (`json`) needs no reason and is not noted. Raises what `open_pack` raises (gate "code"
    only), `SerialMalformed`, `CodeUnregistered` for a code of no pack or of another lot, `CodesNotAllocated`,
    `CodesNotPrintable`, `NeverPrinted`, and `ReprintReasonAbsent`.
    """
    text = parse(serial)
    with transactions.look("label") as tx:
        pack = open_pack(tx.connection, lot, OF_ITEMS, actor.party)
        gtin = pack.pack.gtin
        found = codes.find_platform(text) if gtin is None else codes.find_item(gtin, text)
        if found is None or found.lot != lot:
            raise CodeUnregistered(code=text)
        held = codes_of(tx.connection, lot)
        refuse_withdrawn(held, Interval(found.counter, 1))
        if not runs_over(tx.connection, held.scope, held.epoch, found.counter, found.counter + 1):
            raise NeverPrinted(code=text)
    draws = wish.form != _DRAWS_NOTHING
    if draws and reason is None:
        raise ReprintReasonAbsent(code=text)
    wish = replace(wish, copies=wish.copies or 1)
    label = drawn(pack, f"{stem_of(pack, public_url)[0]}{text}?v={pack.version}", wish)
    if draws and reason is not None:
        # The log's lock: of two at the same moment one is the second reprint, and a code may be void by now.
        with transactions.begin(actor.subject, sequencing=True) as tx:
            refuse_withdrawn(codes_of(tx.connection, lot), Interval(found.counter, 1))
            noted = CodeReprint(lot, wish.form, wish.copies, reason, actor.subject, tx.now)
            put_reprint(tx.connection, (held.scope, held.epoch, found.counter), noted)
    return label
