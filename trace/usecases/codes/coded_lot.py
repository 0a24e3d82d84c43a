"""Lookup of a coded lot: the lot behind `01/…/10/…`, `01/…/21/…` or `t/…`, without its whole page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import unquote

from trace.errors import BatchUnknown
from trace.store.lots.details import read_lots_by_id
from trace.store.transaction import Transactions, Tx
from trace.usecases.lots.packs import KeyedPack, named_by, packs_under_key, standings, worst_standing

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
    """`holder` is who packed it, `product` its urn.

    `others` are the further lots under the code, where it does not tell which of them is meant.
    """

    lot: str
    batch_no: str
    holder: str
    product: str
    others: tuple[str, ...] = ()


def find_coded_lot(
    transactions: Transactions, codes: Codes | None, code: str, printed: str | None = None
) -> CodedLot | None:
    """The lot of a canonical path without its first slash; None for what was never issued or is no batch.

    Of several packs under a code the one whose record the label names (`printed`), else the worst of them.
    """
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
            packs = packs_under_key(
                tx.connection,
                gtin=found["gtin"],
                batch_no=batch_no,
                platform_code=found["platform"] if lot is None else None,
                lot=lot,
            )
            return _meant(tx, packs, printed)
    except BatchUnknown:
        return None


def lots_of_code(tx: Tx, code: str, printed: str | None = None) -> tuple[str, ...]:
    """The lots that a code may mean: of a batch code all packs under it, unless the label names one of them.

    () for the code of a single pack, whose lot is known by computation.
    """
    found = _PATH.fullmatch(code)
    if found is None or found["serial"]:
        return ()
    batch_no = unquote(found["batch"]) if found["batch"] else None
    try:
        packs = packs_under_key(
            tx.connection, gtin=found["gtin"], batch_no=batch_no, platform_code=found["platform"]
        )
    except BatchUnknown:
        return ()
    named = named_by(packs, printed)
    lots = read_lots_by_id(tx.connection, [named.pack.lot] if named else [each.pack.lot for each in packs])
    return tuple(row.urn for row in lots.values())


def _meant(tx: Tx, packs: list[KeyedPack], printed: str | None) -> CodedLot:
    lots = read_lots_by_id(tx.connection, [each.pack.lot for each in packs])
    certain = packs[0] if len(packs) == 1 else named_by(packs, printed)
    one = certain or worst_standing(standings(tx, packs)).keyed
    others = () if certain else tuple(lots[each.pack.lot].urn for each in packs if each is not one)
    return CodedLot(lots[one.pack.lot].urn, one.pack.batch_no, one.noted.iss, one.pack.product, others)


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
