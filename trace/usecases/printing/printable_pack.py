"""Printable packs: every act of printing asks the gates at its own moment (docs/adr/0033).

A label with the batch's code is for goods that may be sold: its code is active, the gates "code" and
"release" are open. Item codes are printed before they are activated (roll printed, applied, then the range
made live), so a run of them asks the gate "code" alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trace.chain.admission.gates import SPREADING, bears_on, refusal_of
from trace.chain.effects import PackNoted
from trace.codes import platform_code
from trace.errors import CodeNotActive, UnknownLot
from trace.errors.food import LotNotHeld
from trace.gs1.digital_link import link_for_gtin
from trace.store.chain.statements import StatementRow
from trace.store.lots.details import (
    LotRow,
    read_lots,
    read_lots_by_id,
    read_packs,
)
from trace.store.printing.print_runs import find_platform_code
from trace.store.transaction import Connection
from trace.usecases.lots.holds import bearing_marks, burdens_of, same_goods
from trace.usecases.lots.packs import digest_on_label
from trace.usecases.lots.trace_lineage import require_lot

ACTIVE: Final = "active"
VOID: Final = "void"
OF_BATCH: Final = ("code", "release")
OF_ITEMS: Final = ("code",)


@dataclass(frozen=True, slots=True)
class OpenPack:
    """A pack lot behind open gates: its lot, what was stated of it and where, its platform code if any."""

    row: LotRow
    pack: PackNoted
    noted: StatementRow
    platform_code: str | None

    @property
    def version(self) -> str:
        """`v` of its links: the record behind a sold pack cannot be swapped."""
        return digest_on_label(self.noted.statement)

    @property
    def title(self) -> str:
        """The product's name as the label states it."""
        label = self.pack.data.get("label")
        product = label.get("product", {}) if isinstance(label, dict) else {}
        return str(product.get("name", ""))

    @property
    def lines(self) -> tuple[str, str]:
        """Batch number and day of production."""
        return self.pack.batch_no, str(self.pack.data.get("productionDate", ""))

    def link(self, public_url: str) -> str:
        """The address in the batch's symbol; raises `UnknownLot` for goods with neither GTIN nor code."""
        if self.pack.gtin is not None:
            return link_for_gtin(
                public_url, self.pack.gtin, batch_no=self.pack.batch_no, version=self.version
            )
        if self.platform_code is None:
            raise UnknownLot(lot=self.row.urn)
        return f"{platform_code.link(public_url, self.platform_code)}?v={self.version}"


def open_pack(
    connection: Connection, lot: str, gates: tuple[str, ...] = OF_BATCH, holder: str | None = None
) -> OpenPack:
    """The pack `lot`, ready to be printed by `holder` (anybody, when None).

    Raises `UnknownLot` for a lot that is no pack, `LotNotHeld`, the refusal of the mark that closes a gate
    (rule, figures, what to do), and `CodeNotActive` for a batch that is not live or void goods.
    """
    row = require_lot(connection, lot)
    found = read_packs(connection, "lot", [row.id])
    if not found:
        raise UnknownLot(lot=lot)
    if holder is not None and row.holder != holder:
        raise LotNotHeld(lot=lot, iss=holder)
    pack, noted = found[-1]
    _refuse_closed(connection, row, gates)
    if pack.state == VOID or (gates == OF_BATCH and pack.state != ACTIVE):
        raise CodeNotActive(lot=lot, state=pack.state, gates=[])
    return OpenPack(row, pack, noted, find_platform_code(connection, row.id))


def _refuse_closed(connection: Connection, row: LotRow, gates: tuple[str, ...]) -> None:
    """Raises the refusal of the first open mark, in order of arrival, that closes one of the gates."""
    goods = {one.id for one in read_lots(connection, same_goods(row))}
    burdens = burdens_of(connection, row.id, SPREADING, also=goods)
    lots = read_lots_by_id(connection, burdens.lots)
    for one in bearing_marks(connection, burdens):
        upper, closes = lots[one.mark.lot or row.id].urn, any(gate in one.mark.gates for gate in gates)
        if closes and bears_on(one.mark, upper, row.urn, same_goods(row)):
            raise refusal_of(one.told(row), upper if one.certain else row.urn, gates)
