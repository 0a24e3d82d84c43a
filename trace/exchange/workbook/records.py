"""Builders of the workbook's records: rows of the five sheets to drafts, simple sheets first.

Private members are those that a shopper must not see: suppliers, receivers, people, vehicles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from trace.chain.facts.handovers import TO_OUTSIDE
from trace.errors.tables import CellNumberMalformed
from trace.exchange.draft import FIND_REPORT, Draft, Reference
from trace.exchange.tabular.records import (
    Extras,
    RecordWriter,
    from_lots,
    once,
    taken,
    written,
)
from trace.exchange.tabular.rows import Row
from trace.exchange.workbook.plausible import in_order, not_long_before
from trace.exchange.workbook.production import production_drafts
from trace.exchange.workbook.reports import report_drafts

RECEIPT_PRIVATE: Final = ("supplier", "supplierName", "supplierAddress", "supplierContact")
SHIPMENT_PRIVATE: Final = ("receiver", "receiverName", "receiverAddress", "receiverContact", "vehicle")


def receipt_drafts(writer: RecordWriter, rows: Sequence[Row]) -> list[Draft]:
    """food.receipt, one a row."""
    return [_receipt(writer, row) for row in once(writer, rows, "lot")]


def _receipt(writer: RecordWriter, row: Row) -> Draft:
    values, lot = row.values, writer.own_lot(row.values["lot"])
    data: dict[str, object] = {"lot": lot, "proofs": _proofs(writer, row)}
    data |= taken(
        values, "productName", "product", "spec", "quantity", "role", "supplierLot", "batchNo",
        "productionDate", "shelfLife", "receivedAt", "place", "temperature", *RECEIPT_PRIVATE,
    )  # fmt: skip
    data |= writer.declared([row])
    in_order(writer, row, "productionDate", "receivedAt")
    not_long_before(writer, row, "productionDate", "receivedAt")
    supplier_lots = [str(values["supplierLot"])] if "supplierLot" in values else []
    extras = Extras(lot, from_lots("raw", supplier_lots), RECEIPT_PRIVATE, (lot,))
    return writer.draft([row], "food.receipt", str(data["receivedAt"]), data, extras)


def _proofs(writer: RecordWriter, row: Row) -> list[dict[str, object]]:
    named = {"proof_ref": "ref", "proof_sha256": "sha256"}
    given = {name: row.values[member] for member, name in named.items() if member in row.values}
    if "proof_kind" not in row.values:
        if given:
            writer.missing(row, "proof_kind")
        return []
    return [{"kind": row.values["proof_kind"], **given}]


def pack_drafts(writer: RecordWriter, rows: Sequence[Row]) -> list[Draft]:
    """food.pack, one a row, and code.activate where 激活 says yes."""
    drafts = []
    for row in once(writer, rows, "lot"):
        pack = _pack(writer, row)
        drafts.append(pack)
        if row.values.get("activate") == "yes" and not writer.lacks(row, "reportNo"):
            drafts.append(_activation(writer, row, pack))
    return drafts


def _pack(writer: RecordWriter, row: Row) -> Draft:
    values, lot = row.values, writer.own_lot(row.values["lot"])
    data: dict[str, object] = {"lot": lot, "label": _label(values)}
    data |= taken(
        values, "fromLot", "product", "batchNo", "quantity", "packs", "netContent", "productionDate",
        "expiryDate", "codeLevel", "lbNo", "packedAt", "place",
    )  # fmt: skip
    data |= _gtin(values) | writer.declared([row])
    _check_days(writer, row)
    references = from_lots("batch", [str(values["fromLot"])])
    references += _report_reference(values, ("label", "release", "report"), str(values["fromLot"]))
    extras = Extras(lot, references, makes=(lot,), codes=_codes(writer, row, data))
    return writer.draft([row], "food.pack", str(data["packedAt"]), data, extras)


def _check_days(writer: RecordWriter, row: Row) -> None:
    """Made, packed, activated and expired in this order; one slip is told once."""
    if in_order(writer, row, "productionDate", "packedAt"):
        not_long_before(writer, row, "productionDate", "packedAt")
        if in_order(writer, row, "productionDate", "expiryDate"):
            in_order(writer, row, "packedAt", "expiryDate")
    in_order(writer, row, "packedAt", "activatedAt")


def _codes(writer: RecordWriter, row: Row, data: Mapping[str, object]) -> int:
    """How many serials the packs want: one each where each has its code (一物一码), one where a batch without
    a GTIN needs a name of the platform's, else none."""
    if data.get("codeLevel") != "item":
        return 0 if "gtin" in data else 1
    packs = Decimal(str(row.values["packs"]["value"]))  # type: ignore[index]  # an amount, as the form says
    if packs != packs.to_integral_value():
        header = writer.form.header_of("packs")
        writer.faults.at(row, "packs", CellNumberMalformed(name=header, text=str(packs)))
    return int(packs)


def _gtin(values: Mapping[str, object]) -> dict[str, object]:
    product = str(values["product"])
    return {"gtin": product[9:]} if product.startswith("urn:gtin:") else {}


def _label(values: Mapping[str, object]) -> dict[str, object]:
    """The four groups of the 赋码指引 from the columns `label.<group>[.<member>]`; blanks stay out."""
    label: dict[str, object] = {}
    for member, value in values.items():
        if not member.startswith("label."):
            continue
        _, group, *rest = member.split(".")
        if not rest:
            label[group] = value
            continue
        inner = label.setdefault(group, {})
        if isinstance(inner, dict):
            inner[rest[0]] = value
    return label


def _report_reference(values: Mapping[str, object], path: tuple[str, ...], lot: str) -> tuple[Reference, ...]:
    """The report by its number, in this file or among those of the lot that it is about."""
    if "reportNo" not in values:
        return ()
    return (Reference(FIND_REPORT, "report", lot=lot, number=str(values["reportNo"]), path=path),)


def _activation(writer: RecordWriter, row: Row, pack: Draft) -> Draft:
    data: dict[str, object] = {"lot": pack.sub}
    data |= {name: pack.data[name] for name in ("codeLevel", "gtin", "batchNo") if name in pack.data}
    at = written(row.values.get("activatedAt", row.values["packedAt"]))
    references = from_lots("pack", [pack.sub]) + _report_reference(
        row.values, ("report",), str(row.values["fromLot"])
    )
    return writer.draft([row], "code.activate", at, data, Extras(pack.sub, references))


def shipment_drafts(writer: RecordWriter, rows: Sequence[Row]) -> list[Draft]:
    """food.shipment, one a row."""
    return [_shipment(writer, row) for row in once(writer, rows, "lot")]


def _shipment(writer: RecordWriter, row: Row) -> Draft:
    values, lot = row.values, writer.own_lot(row.values["lot"])
    data: dict[str, object] = {"lot": lot}
    data |= taken(values, "fromLot", "quantity", "packs", "shippedAt", "temperature", *SHIPMENT_PRIVATE)
    if "receiver" not in values and "receiverName" in values:
        data["to"] = TO_OUTSIDE  # no code: a buyer on no platform, to be reached by what the row says
    data |= writer.declared([row])
    references = from_lots("pack", [str(values["fromLot"])]) + _report_reference(
        values, ("releaseReport",), str(values["fromLot"])
    )
    extras = Extras(lot, references, SHIPMENT_PRIVATE, (lot,))
    return writer.draft([row], "food.shipment", str(data["shippedAt"]), data, extras)


BUILDERS: Final[Mapping[str, Callable[[RecordWriter, Sequence[Row]], list[Draft]]]] = {
    "进货查验": receipt_drafts,
    "投料与产出": production_drafts,
    "出厂检验": report_drafts,
    "包装赋码": pack_drafts,
    "出货": shipment_drafts,
}
"""Sheet name -> builder of its drafts."""
