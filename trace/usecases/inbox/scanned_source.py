"""What a scanned code says of goods that come in: of a pack or case, a certificate or a delivery note.

Names and numbers that somebody signed are proposed for the receipt; days, amounts and results are told
beside it, for people to state. Where the goods were handed over to the reader, supplier and lot are proposed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.errors import CertificateUnknown, NoteUnreadable, Refusal
from trace.exchange.delivery_note import DeliveryNote
from trace.parties import Actor
from trace.store.casework.asked import firm_names
from trace.store.transaction import Transactions, Tx
from trace.usecases.certificates.certificate import VALID, held_certificate
from trace.usecases.codes.coded_lot import Codes, find_coded_lot
from trace.usecases.inbox.open_note import open_note
from trace.usecases.inbox.read_inbox import HandedOver, read_inbox
from trace.usecases.lots.packs import packs_under_key, standings
from trace.usecases.lots.show_container import lots_inside
from trace.usecases.lots.states import INACTIVE, NORMAL

CODE: Final = "code"
CERTIFICATE: Final = "certificate"
NOTE: Final = "note"
NOTHING: Final = "nothing"
SEVERAL: Final = "several"
SEVERAL_LINES: Final = "several-lines"
FOUND: Final = frozenset({CODE, CERTIFICATE, NOTE})
_CERTIFICATE: Final = re.compile(
    r"(?:https?://[^/\s]+)?/certificates/([A-Za-z0-9_-]{43})\?v=([A-Za-z0-9_-]{22})"
)
_CASE: Final = re.compile(r"/?00/([0-9]{18})(?:\?.*)?")
_PRINTED: Final = re.compile(r"[?&]v=([A-Za-z0-9_-]{22})")
_PROOF: Final = "合格证"
_SOUND: Final = frozenset({NORMAL, INACTIVE})


@dataclass(frozen=True, slots=True)
class ScannedSource:
    """What was scanned (`what`), the columns of a receipt that it proposes, facts beside it by name, and
    warnings by name. `handed`: it was handed over to the reader and is still open."""

    what: str
    known: Mapping[str, str]
    facts: Mapping[str, str]
    warnings: tuple[str, ...] = ()
    handed: bool = False


def read_scanned(
    transactions: Transactions, codes: Codes | None, actor: Actor, text: str, path: str
) -> ScannedSource:
    """What `text` is; `path` is what the reader of codes made of it, "" where it is no code."""
    found = _CERTIFICATE.fullmatch(text.strip())
    if found is not None:
        return _of_certificate(transactions, actor, found[1], found[2])
    try:
        note = DeliveryNote.parse(text)
    except NoteUnreadable:
        return _of_code(transactions, codes, actor, path)
    return _of_note(transactions, actor, text, note)


def known_of(one: HandedOver) -> dict[str, str]:
    """The columns of a receipt as the other side signed the hand-over; how much came and when is for us."""
    product = one.product or ""
    known = {
        "productName": one.product_name,
        "product": product.rpartition(":")[2] if product.startswith("urn:gtin") else "",
        "supplierName": one.shipper_name or "",
        "supplier": one.shipper.rpartition(":")[2],
        "supplierLot": one.lot,
        "batchNo": one.from_batch,
        "unit": one.quantity.unit,
    }
    return {name: text for name, text in known.items() if text}


def _of_note(transactions: Transactions, actor: Actor, text: str, note: DeliveryNote) -> ScannedSource:
    if note.lines > 1:
        return ScannedSource(SEVERAL_LINES, {}, {})
    try:
        (line,) = open_note(transactions, actor, text)
    except (Refusal, ValueError):
        return ScannedSource(NOTHING, {}, {})
    amount = line.quantity.as_json()
    facts = {"supplier": line.shipper_name or "", "quantity": f"{amount['value']} {amount['unit']}"}
    return ScannedSource(NOTE, known_of(line), facts, handed=True)


def _of_certificate(transactions: Transactions, actor: Actor, stmt: str, digest: str) -> ScannedSource:
    try:
        one = held_certificate(transactions, stmt, digest)
    except CertificateUnknown:
        return ScannedSource(NOTHING, {}, {})
    handed = _handed(transactions, actor, one.lot)
    known = {"productName": one.product_name, "proof_kind": _PROOF, "proof_ref": one.cert_no}
    known |= {"supplierName": one.issuer, "supplier": one.lot.split(":")[2]} if one.issuer else {}
    amount = f"{one.quantity['value']} {one.quantity['unit']}"
    facts = {
        "product": one.product_name, "number": one.cert_no, "maker": one.issuer, "origin": one.origin,
        "issued": day_in_shanghai(one.issued_at).isoformat(), "quantity": amount,
    }  # fmt: skip
    warnings = () if one.state == VALID else (f"certificate-{one.state}",)
    known |= known_of(handed) if handed is not None else {}
    return ScannedSource(CERTIFICATE, known, facts, warnings, handed is not None)


def _of_code(transactions: Transactions, codes: Codes | None, actor: Actor, path: str) -> ScannedSource:
    lots = _lots_of(transactions, codes, path)
    if not lots:
        return ScannedSource(NOTHING, {}, {})
    if len(lots) > 1:
        return ScannedSource(SEVERAL, {}, {})
    handed = _handed(transactions, actor, lots[0])
    with transactions.look(actor.subject) as tx:
        known, facts, warnings = _of_pack(tx, lots[0])
    known |= known_of(handed) if handed is not None else {}
    return ScannedSource(CODE, known, facts, warnings, handed is not None)


def _lots_of(transactions: Transactions, codes: Codes | None, path: str) -> tuple[str, ...]:
    """The pack lots that a code may mean."""
    case = _CASE.fullmatch(path)
    if case is not None:
        with transactions.look("scanned") as tx:
            return lots_inside(tx.connection, f"urn:sscc:{case[1]}") or ()
    printed = _PRINTED.search(path)
    code = path.partition("?")[0].removeprefix("/")
    found = find_coded_lot(transactions, codes, code, printed[1] if printed is not None else None)
    return () if found is None else (found.lot, *found.others)


def _of_pack(tx: Tx, lot: str) -> tuple[dict[str, str], dict[str, str], tuple[str, ...]]:
    """(columns, facts, warnings) of a pack as everybody may know it."""
    (one,) = standings(tx, packs_under_key(tx.connection, lot=lot))
    pack, maker = one.keyed.pack, one.keyed.noted.iss
    known = {"productName": one.lot.product_name, "batchNo": pack.batch_no}
    known |= {"product": pack.gtin} if pack.gtin else {}
    facts = {
        "product": one.lot.product_name,
        "batch": pack.batch_no,
        "maker": firm_names(tx.connection, [maker]).get(maker, ""),
        "made": str(pack.data.get("productionDate") or ""),
        "last": str(pack.data.get("expiryDate") or ""),
    }
    return known, facts, () if one.state in _SOUND else (one.state,)


def _handed(transactions: Transactions, actor: Actor, lot: str) -> HandedOver | None:
    """The one open hand-over to the reader of that lot, or out of it; None for none, and for several."""
    waiting = read_inbox(transactions, actor).handovers
    found = [one for one in waiting if lot in {one.lot, one.from_lot}]
    return found[0] if len(found) == 1 else None
