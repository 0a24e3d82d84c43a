"""Lookup of a coded lot: the lot behind `01/…/10/…`, `01/…/21/…` or `t/…`, without its whole page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import unquote

from trace.errors import BatchUnknown
from trace.store.lots.details import read_lots_by_id
from trace.store.transaction import Transactions
from trace.usecases.batch_page.show_batch import find_pack

_PATH: Final = re.compile(
    r"01/(?P<gtin>[0-9]{14})(?:/10/(?P<batch>[^/]+))?(?:/21/(?P<serial>[^/]+))?"
    r"|t/(?P<platform>[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})"
)


class Issued(Protocol):
    """The part of an issued item code that is needed here."""

    @property
    def lot(self) -> str: ...


class Codes(Protocol):
    """As much of `trace.usecases.codes.item_codes.IssuedCodes` as is needed here."""

    def find_item(self, gtin14: str, serial: str) -> Issued | None: ...

    def find_platform(self, code: str) -> Issued | None: ...


@dataclass(frozen=True, slots=True)
class CodedLot:
    """`holder` is who packed it, `product` its urn."""

    lot: str
    batch_no: str
    holder: str
    product: str


def find_coded_lot(transactions: Transactions, codes: Codes | None, code: str) -> CodedLot | None:
    """The lot of a canonical path without its first slash; None for what was never issued or is no batch."""
    found = _PATH.fullmatch(code)
    if found is None:
        return None
    lot = _lot_of_item(codes, found["gtin"], found["serial"], found["platform"])
    if found["serial"] and lot is None:
        return None
    batch_no = unquote(found["batch"]) if found["batch"] else None
    if lot is None and batch_no is None and found["platform"] is None:
        return None
    try:
        with transactions.look("page") as tx:
            pack, noted = find_pack(tx.connection, found["gtin"], batch_no, found["platform"], lot)
            urn = read_lots_by_id(tx.connection, [pack.lot])[pack.lot].urn
    except BatchUnknown:
        return None
    return CodedLot(urn, pack.batch_no, noted.iss, pack.product)


def _lot_of_item(
    codes: Codes | None, gtin: str | None, serial: str | None, platform: str | None
) -> str | None:
    if codes is None:
        return None
    if gtin and serial:
        issued = codes.find_item(gtin, unquote(serial))
    else:
        issued = codes.find_platform(platform) if platform else None
    return None if issued is None else issued.lot
