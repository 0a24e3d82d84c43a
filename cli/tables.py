"""Traces as tables in a terminal: who, what, how much, by when, why."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trace.wording import say

LOCALE = "zh-CN"
DOWNSTREAM = "downstream"


def trace_table(document: Mapping[str, Any]) -> str:
    """A trace document of the regulator's view: every lot reached, with quantity, share and state.

    Downstream also what is left of each lot: what can still be stopped.
    """
    stock = ("available",) if document["query"]["direction"] == DOWNSTREAM else ()
    columns = ("lot", "kind", "product", "quantity", *stock, "share", "holder", "state")
    rows = [[_word(f"column.{name}") for name in columns]]
    for lot in document["lots"]:
        cells = _cells(lot)
        rows.append([cells[name] for name in columns])
    return "\n".join([*_lines(rows), *_receivers(document), *_ends(document)])


def _cells(lot: Mapping[str, Any]) -> dict[str, str]:
    share = lot["share"]
    marks = "/".join(sorted({mark["rule"] for mark in lot["marks"]}))
    return {
        "lot": lot["lot"].rsplit(":", 1)[1],
        "kind": _word(f"kind.{lot['kind']}"),
        "product": lot["productName"],
        "quantity": "{value} {unit}".format_map(lot["quantity"]),
        "available": "{value} {unit}".format_map(lot["available"]),
        "share": "" if share is None else _percent(share),
        "holder": lot["holderName"] or "",
        "state": marks or _word(f"state.{lot['state']}"),
    }


def _percent(share: Mapping[str, Any]) -> str:
    low, high = share["lowPercent"], share["highPercent"]
    return f"{low} %" if low == high else f"{low}–{high} %"


def _receivers(document: Mapping[str, Any]) -> Iterator[str]:
    receivers = document.get("receivers")
    if receivers is None:
        return
    if isinstance(receivers, str):
        yield _word("no-receivers")
        return
    for one in receivers:
        name = one.get("name") or one.get("receiver") or _word("undisclosed")
        yield _word("receiver", name=name, **one["quantity"])


def _ends(document: Mapping[str, Any]) -> Iterator[str]:
    for end in document["openEnds"]:
        kind, reason = _word(f"kind.{end['kind']}"), _word(f"end-reason.{end['reason']}")
        yield _word("open-end", lot=end["lot"].rsplit(":", 1)[1], kind=kind, reason=reason)


def _word(key: str, **params: object) -> str:
    return say(LOCALE, f"table.{key}", **params)


def _lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(
            text + " " * (wide - width(text)) for text, wide in zip(row, widths, strict=True)
        ).rstrip()


def width(text: str) -> int:
    """Columns that a text takes in a terminal: full-width characters take two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
