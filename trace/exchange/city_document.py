"""The upload document for the city (沪府令33号 §13): nine fields of goods in, ten fields of goods out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

INCOMING: Final = (
    "名称", "规格", "数量", "生产日期或生产批号", "保质期", "进货日期",
    "供货者名称", "供货者地址", "供货者联系方式",
)  # fmt: skip
OUTGOING: Final = (
    "名称", "规格", "数量", "生产日期或生产批号", "保质期", "检验合格证号", "销售日期",
    "购货者名称", "购货者地址", "购货者联系方式",
)  # fmt: skip
_SPAN: Final = {"day": "天", "month": "个月"}


def incoming_document(job: str, enterprise: str, receipt: Mapping[str, object]) -> dict[str, object]:
    """Of a food.receipt's data with its private members; a field that is not known stays out."""
    fields = {
        "名称": receipt.get("productName"),
        "规格": receipt.get("spec"),
        "数量": _amount(receipt.get("quantity")),
        "生产日期或生产批号": receipt.get("productionDate") or receipt.get("batchNo"),
        "保质期": _span(receipt.get("shelfLife")),
        "进货日期": _day(receipt.get("receivedAt")),
        "供货者名称": receipt.get("supplierName"),
        "供货者地址": receipt.get("supplierAddress"),
        "供货者联系方式": receipt.get("supplierContact"),
    }
    return _document(job, "进货", enterprise, fields, receipt.get("lot"))


def outgoing_document(
    job: str,
    enterprise: str,
    shipment: Mapping[str, object],
    pack: Mapping[str, object],
    report_no: str | None,
) -> dict[str, object]:
    """Of a food.shipment's data (with private members), its pack's data and the release report's number."""
    label = _mapping(_mapping(pack.get("label")).get("product"))
    fields = {
        "名称": label.get("name") or pack.get("productName"),
        "规格": label.get("spec") or _amount(pack.get("netContent")),
        "数量": _amount(shipment.get("packs")) or _amount(shipment.get("quantity")),
        "生产日期或生产批号": pack.get("batchNo") or pack.get("productionDate"),
        "保质期": label.get("shelfLife") or pack.get("expiryDate"),
        "检验合格证号": report_no,
        "销售日期": _day(shipment.get("shippedAt")),
        "购货者名称": shipment.get("receiverName"),
        "购货者地址": shipment.get("receiverAddress"),
        "购货者联系方式": shipment.get("receiverContact"),
    }
    return _document(job, "出厂", enterprise, fields, shipment.get("lot"))


def missing_fields(document: Mapping[str, object]) -> tuple[str, ...]:
    """The lawful fields that a document lacks, in the law's order."""
    wanted = INCOMING if document.get("类别") == "进货" else OUTGOING
    given = _mapping(document.get("记录"))
    return tuple(field for field in wanted if not given.get(field))


def _document(
    job: str, kind: str, enterprise: str, fields: Mapping[str, object], lot: object
) -> dict[str, object]:
    record = {name: value for name, value in fields.items() if value}
    return {"任务": job, "类别": kind, "企业": enterprise, "批次": lot, "记录": record}


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _amount(value: object) -> str | None:
    amount = _mapping(value)
    return f"{amount['value']}{amount['unit']}" if amount else None


def _span(value: object) -> str | None:
    span = _mapping(value)
    return f"{span['value']}{_SPAN[str(span['unit'])]}" if span else None


def _day(value: object) -> str | None:
    return str(value)[:10] if value else None
