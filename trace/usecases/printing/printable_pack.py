"""Printable packs: every act of printing asks the gates at its own moment (docs/adr/0033).

A label with the batch's code is for goods that may be sold: its code is active, the gates "code" and
"release" are open. Item codes are printed before they are activated (roll printed, applied, then the range
made live), so a run of them asks the gate "code" alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from trace.chain.admission.gates import SPREADING, bears_on, refusal_of
from trace.chain.admission.numbers import BY_CODE
from trace.chain.editions import SECOND
from trace.chain.effects import PackNoted
from trace.chain.identifiers import PROVISIONAL
from trace.codes import platform_code
from trace.codes.key_readings import key_readings
from trace.codes.public_address import as_asked, public_address
from trace.errors import BatchUnknown, CodeNotActive, CodeWouldNotResolve, RestrictedNumber, UnknownLot
from trace.errors.food import LotNotHeld
from trace.gs1.digital_link import link_for_gtin
from trace.gs1.restricted import restriction_of
from trace.labels.captions import LabelText
from trace.store.chain.editions import list_editions
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
from trace.usecases.lots.packs import digest_on_label, packs_under_key
from trace.usecases.lots.trace_lineage import require_lot
from trace.usecases.printing.label_content import label_text_of

ACTIVE: Final = "active"
VOID: Final = "void"
OF_BATCH: Final = ("code", "release")
OF_ITEMS: Final = ("code",)
_ANYWHERE: Final = "https://localhost"
_PRODUCT: Final = re.compile(r"/01/(?P<gtin>[0-9]{14})/(?P<rest>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class OpenPack:
    """A pack lot behind open gates: its lot, what was stated of it and where, its platform code if any, and
    what its label says."""

    row: LotRow
    pack: PackNoted
    noted: StatementRow
    platform_code: str | None
    text: LabelText

    @property
    def version(self) -> str:
        """`v` of its links: the record behind a sold pack cannot be swapped."""
        return digest_on_label(self.noted.statement)

    def link(self, public_url: str) -> str:
        """The address in the batch's symbol: of the platform code where the GTIN waits or leads nowhere.

        Raises `UnknownLot` for goods with neither GTIN nor code, `RestrictedNumber` for an in-store number
        alone, and `PublicAddressUnfit`.
        """
        root, gtin = public_address(public_url), self.pack.gtin
        restricted = gtin is not None and restriction_of(gtin) is not None
        if gtin is not None and self.pack.state != BY_CODE and not restricted:
            return link_for_gtin(root, gtin, batch_no=self.pack.batch_no, version=self.version)
        if self.platform_code is None:
            raise RestrictedNumber(gtin=gtin) if restricted else UnknownLot(lot=self.row.urn)
        return f"{platform_code.link(root, self.platform_code)}?v={self.version}"


def open_pack(
    connection: Connection, lot: str, gates: tuple[str, ...] = OF_BATCH, holder: str | None = None
) -> OpenPack:
    """The pack `lot`, ready to be printed by `holder` (anybody, when None).

    Raises `UnknownLot` for a lot that is no pack, `LotNotHeld`, the refusal of the mark that closes a gate
    (rule, figures, what to do), `CodeNotActive` for a batch that is not live or void goods, and
    `CodeWouldNotResolve`: a label is tried against our own resolver before it is drawn.
    """
    row = require_lot(connection, lot)
    found = read_packs(connection, "lot", [row.id])
    if not found:
        raise UnknownLot(lot=lot)
    if holder is not None and row.holder != holder:
        raise LotNotHeld(lot=lot, iss=holder)
    pack, noted = found[-1]
    _refuse_closed(connection, row, gates, _answered(connection, pack, noted, gates))
    if pack.state == VOID or (gates == OF_BATCH and pack.state not in {ACTIVE, BY_CODE}):
        raise CodeNotActive(lot=lot, state=pack.state, gates=[])
    text = label_text_of(connection, row, pack, noted)
    found_pack = OpenPack(row, pack, noted, find_platform_code(connection, row.id), text)
    if gates == OF_BATCH:
        _require_resolving(connection, found_pack)
    return found_pack


def _require_resolving(connection: Connection, pack: OpenPack) -> None:
    """Raises `CodeWouldNotResolve` unless what a telephone makes of the symbol leads to this pack."""
    path = as_asked(urlsplit(pack.link(_ANYWHERE)).path)
    match = _PRODUCT.fullmatch(path)
    readings: list[dict[str, str]] = []
    if match is not None:
        readings = [
            {"gtin": match["gtin"], "batch_no": each.batch_no}
            for each in key_readings(unquote(match["rest"]))
            if each.batch_no is not None and each.serial is None
        ]
    elif path.startswith(platform_code.PATH):
        readings = [{"platform_code": platform_code.meant(path.removeprefix(platform_code.PATH))}]
    for key in readings:
        with suppress(BatchUnknown):
            if any(one.pack.lot == pack.row.id for one in packs_under_key(connection, **key)):
                return
            break
    raise CodeWouldNotResolve(lot=pack.row.urn, code=pack.pack.batch_no)


def _answered(
    connection: Connection, pack: PackNoted, noted: StatementRow, gates: tuple[str, ...]
) -> frozenset[str]:
    """Codes of marks that keep no label back: whose a GTIN is asks who prints new codes under it, since
    edition 2; what answers already is printed again, and by a platform code the batch answers meanwhile."""
    begun = list_editions(connection, [noted.origin]).get(noted.origin, ())
    waits = gates == OF_ITEMS and pack.state != ACTIVE and begun and begun[-1][1] >= SECOND
    return frozenset() if waits else PROVISIONAL


def _refuse_closed(
    connection: Connection, row: LotRow, gates: tuple[str, ...], answered: Collection[str]
) -> None:
    """Raises the refusal of the first open mark, in order of arrival, that closes one of the gates; those of
    the codes `answered` close none."""
    goods = {one.id for one in read_lots(connection, same_goods(row))}
    burdens = burdens_of(connection, row.id, SPREADING, also=goods)
    lots = read_lots_by_id(connection, burdens.lots | burdens.failed_beside())
    for one in bearing_marks(connection, burdens):
        upper, closes = lots[one.mark.lot or row.id].urn, any(gate in one.mark.gates for gate in gates)
        if closes and one.mark.code not in answered and bears_on(one.mark, upper, row.urn, same_goods(row)):
            raise refusal_of(
                one.told(row), upper if one.certain else row.urn, gates, row.urn if one.by else None
            )
