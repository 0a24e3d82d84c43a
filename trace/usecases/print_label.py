"""Draw the code of a pack: an act of the system, therefore behind the gates (ruling 12).

The link carries `v`, the digest of the food.pack statement: the record behind a sold pack cannot be swapped
(ruling 7).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trace.chain.effects import PackNoted
from trace.chain.lineage.closure import trace_up
from trace.errors import CodeNotActive, UnknownLot
from trace.gs1.digital_link import link_for_gtin
from trace.labels.sheet import FORMATS, Label, pdf
from trace.labels.symbol import encode, human_readable, png, svg
from trace.store.food.graph import StoredLotGraph
from trace.store.food.pages import StatementRow, lots_numbered, marks_on, packs_by
from trace.store.transaction import Transactions
from trace.usecases.read_marks import closed_gates
from trace.usecases.show_batch import digest_on_label
from trace.usecases.trace_lineage import require_lot

SHEET: Final = FORMATS["60x40"]
ACTIVE: Final = "active"
_NEEDED: Final = ("code", "release")
"""Gates that must be open, as for the activation: a mark may have come since."""


@dataclass(frozen=True, slots=True)
class PrintedLabel:
    """A drawn label: its bytes, their media type, and the link in its symbol."""

    content: bytes
    media_type: str
    uri: str


def print_label(transactions: Transactions, lot: str, form: str, public_url: str) -> PrintedLabel:
    """The label of the pack lot `lot` as "svg", "png" or "pdf".

    Raises UnknownLot for a lot that is no pack with a GTIN, CodeNotActive while its code is not live or
    a gate is closed.
    """
    pack, noted = _pack(transactions, lot)
    uri = link_of(pack, noted, public_url)
    if form == "pdf":
        lines = (pack.batch_no, str(pack.data.get("productionDate", "")))
        return PrintedLabel(pdf([Label(uri, _title(pack), lines)], SHEET), "application/pdf", uri)
    symbol, caption = encode(uri), human_readable(uri)
    if form == "png":
        return PrintedLabel(png(symbol, caption=caption), "image/png", uri)
    return PrintedLabel(svg(symbol, caption=caption).encode(), "image/svg+xml", uri)


def link_of(pack: PackNoted, noted: StatementRow, public_url: str) -> str:
    """The GS1 Digital Link that is printed for a pack, `v` included."""
    version = digest_on_label(noted.statement)
    return link_for_gtin(public_url, pack.gtin or "", batch_no=pack.batch_no, version=version)


def _pack(transactions: Transactions, lot: str) -> tuple[PackNoted, StatementRow]:
    with transactions.look("label") as tx:
        row = require_lot(tx.connection, lot)
        found = packs_by(tx.connection, "lot", [row.id])
        above = trace_up(StoredLotGraph(tx.connection), [row.id])
        lots = lots_numbered(tx.connection, above.lots)
        marks = [(mark, lots[mark.lot or row.id]) for mark, _ in marks_on(tx.connection, lots)]
        gates = closed_gates(marks, row)
    if not found or found[-1][0].gtin is None:
        raise UnknownLot(lot=lot)
    pack, noted = found[-1]
    if pack.state != ACTIVE or not gates.isdisjoint(_NEEDED):
        raise CodeNotActive(lot=lot, state=pack.state, gates=sorted(gates))
    return pack, noted


def _title(pack: PackNoted) -> str:
    label = pack.data.get("label")
    product = label.get("product", {}) if isinstance(label, dict) else {}
    return str(product.get("name", ""))
