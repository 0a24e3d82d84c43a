"""Traces as tables in a terminal: who, what, how much, by whose word, what time left out, why."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from trace.identity.typed import visible
from trace.wording import say

LOCALE: Final = "zh-CN"
_NORMAL: Final = "normal"
DOWNSTREAM: Final = "downstream"
_HANDED_OVER: Final = frozenset({"receive", "return"})
_STATED: Final = {"signed": "stated"}
_BOTH: Final = {"signed": "confirmed"}
"""State of a link -> whose word it is: inside a firm one states it, between two both do."""


def trace_table(document: Mapping[str, Any], locale: str = LOCALE) -> str:
    """A trace document as an authority or a firm has it: every lot reached, with quantity, share and state.

    Downstream also what is left of each lot: what can still be stopped.
    """
    return _Table(document, locale).text()


class _Table:
    def __init__(self, document: Mapping[str, Any], locale: str) -> None:
        self._document, self._locale = document, locale
        self._down = document["query"]["direction"] == DOWNSTREAM
        self._words = self._by_whose_word()

    def text(self) -> str:
        stock = ("available",) if self._down else ()
        word = ("word",) if "links" in self._document else ()
        columns = ("lot", "kind", "product", "quantity", *stock, "share", "holder", *word, "state")
        rows = [[self._word(f"column.{name}") for name in columns]]
        for lot in self._document["lots"]:
            cells = self._cells(lot)
            rows.append([cells[name] for name in columns])
        return visible(
            "\n".join(
                [*_lines(rows), *self._receivers(), *self._ends(), *self._excluded(), *self._assumptions()]
            )
        )

    def _cells(self, lot: Mapping[str, Any]) -> dict[str, str]:
        share = lot["share"]
        states = sorted({mark["rule"] for mark in lot["marks"]})
        if "order" in lot:
            states.insert(0, self._word(f"order.{lot['order']}"))
        elif lot["state"] != _NORMAL:
            states.insert(0, self._word(f"state.{lot['state']}"))
        return {
            "lot": _short(lot["lot"]),
            "kind": self._word(f"kind.{lot['kind']}"),
            "product": lot["productName"],
            "quantity": _amount(lot["quantity"]),
            "available": _amount(lot["available"]),
            "share": "" if share is None else _percent(share),
            "holder": lot["holderName"] or "",
            "word": "/".join(self._word(f"word.{one}") for one in self._words.get(lot["lot"], ())),
            "state": "/".join(states) or self._word(f"state.{lot['state']}"),
        }

    def _by_whose_word(self) -> dict[str, list[str]]:
        """Lot -> by whose word it is reached: of the links that lead to it."""
        found: dict[str, dict[str, None]] = {}
        for link in self._document.get("links", ()):
            known = _BOTH if link["kind"] in _HANDED_OVER else _STATED
            far = link["to"] if self._down else link["from"]
            found.setdefault(far, {})[known.get(link["state"], link["state"])] = None
            if "amounts" in link:
                found[far][link["amounts"]] = None
        return {lot: sorted(words) for lot, words in found.items()}

    def _receivers(self) -> Iterator[str]:
        receivers = self._document.get("receivers")
        if receivers is None:
            return
        if isinstance(receivers, str):
            yield self._word("no-receivers")
            return
        for one in receivers:
            name = one.get("name") or one.get("receiver") or self._word("undisclosed")
            yield self._word("receiver", name=name, **(one["quantity"] or {"value": "", "unit": ""}))

    def _ends(self) -> Iterator[str]:
        for end in self._document["openEnds"]:
            kind, reason = self._word(f"kind.{end['kind']}"), self._word(f"end-reason.{end['reason']}")
            yield self._word("open-end", lot=_short(end["lot"]), kind=kind, reason=reason)

    def _excluded(self) -> Iterator[str]:
        """What the trace left out, and why: nothing is cut without a word."""
        way = "down" if self._down else "up"
        for gone in self._document.get("excluded", ()):
            lots = {"lot": _short(gone["lot"]), "at": _short(gone["at"] or gone.get("via") or "")}
            reason = f"time-{way}" if gone["reason"] == "time" else gone["reason"]
            yield self._word(f"excluded.{reason}", **lots, limit=gone["limit"], moment=gone["moment"])

    def _assumptions(self) -> Iterator[str]:
        assumed = self._document.get("assumptions", {})
        for name in ("ignoreTime", "ignoreDisputed", "killSteps", "since"):
            if assumed.get(name):
                value = assumed[name]
                shown = [_short(lot) for lot in value] if isinstance(value, list) else value
                yield self._word(f"assumed.{name}", value=shown)
        if self._document.get("truncated"):
            yield self._word("truncated", count=len(self._document["unexplored"]))

    def _word(self, key: str, **params: object) -> str:
        return say(self._locale, f"table.{key}", **params)


def _short(urn: str) -> str:
    return urn.rsplit(":", 1)[-1]


def _amount(quantity: Mapping[str, Any] | None) -> str:
    return "" if quantity is None else "{value} {unit}".format_map(quantity)


def _percent(share: Mapping[str, Any]) -> str:
    low, high = share["lowPercent"], share["highPercent"]
    return f"{low} %" if low == high else f"{low}–{high} %"


def _lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(
            text + " " * (wide - width(text)) for text, wide in zip(row, widths, strict=True)
        ).rstrip()


def width(text: str) -> int:
    """Columns that a text takes in a terminal: full-width characters take two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
