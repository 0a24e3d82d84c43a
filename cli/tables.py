"""Traces as tables in a terminal: who, what, how much, by when, why."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

KINDS = {
    "harvest": "采收",
    "material": "进货",
    "merged": "合并",
    "split": "拆分",
    "batch": "生产",
    "product": "成品",
    "by_product": "副产品",
    "wip": "半成品",
    "rework": "返工",
    "pack": "包装",
    "consignment": "出货",
}


def trace_table(document: Mapping[str, Any]) -> str:
    """A trace document of the regulator's view: every lot reached, with quantity, share and state."""
    rows = [["批次", "环节", "品名", "数量", "占比", "持有人", "状态"]]
    rows += [_row(lot) for lot in document["lots"]]
    return "\n".join([*_lines(rows), *_receivers(document), *_ends(document)])


def _row(lot: Mapping[str, Any]) -> list[str]:
    share = lot["share"]
    marks = "、".join(sorted({mark["rule"] for mark in lot["marks"]}))
    return [
        lot["lot"].rsplit(":", 1)[1],
        KINDS.get(lot["kind"], lot["kind"]),
        lot["productName"],
        f"{lot['quantity']['value']} {lot['quantity']['unit']}",
        "" if share is None else _percent(share),
        lot["holderName"] or "",
        marks or ("正常" if lot["state"] == "normal" else lot["state"]),
    ]


def _percent(share: Mapping[str, Any]) -> str:
    low, high = share["lowPercent"], share["highPercent"]
    return f"{low} %" if low == high else f"{low}–{high} %"


def _receivers(document: Mapping[str, Any]) -> Iterator[str]:
    receivers = document.get("receivers")
    if receivers is None:
        return
    if isinstance(receivers, str):
        yield f"接收方：{'无' if receivers == 'none' else receivers}"
        return
    for one in receivers:
        quantity = one["quantity"]
        name = one.get("name") or one.get("receiver") or "未披露"
        yield f"接收方：{name}  {quantity['value']} {quantity['unit']}"


def _ends(document: Mapping[str, Any]) -> Iterator[str]:
    for end in document["openEnds"]:
        yield f"开放端：{end}"


def _lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(
            text + " " * (wide - width(text)) for text, wide in zip(row, widths, strict=True)
        ).rstrip()


def width(text: str) -> int:
    """Columns that a text takes in a terminal: full-width characters take two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
