"""Answers of a case in rows: who, what, how much, by when, why; and the lots behind the diagram's boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from unicodedata import east_asian_width

from scanner_web.frame.reader import Reader
from trace.oversight.casework.clocks import OVERDUE, RUNNING, CaseClock
from trace.oversight.diagram.graph import Box, Graph
from trace.usecases.casework.goods_of_case import Goods
from trace.usecases.casework.read_case import CaseSeen


@dataclass(frozen=True, slots=True)
class Answer:
    """One row: `amount` between its bounds, `column` whose word it rests on, `certain` whether both agree."""

    who: str
    party: str
    contact: str
    what: str
    lot: str
    amount: str
    column: str
    certain: bool
    counted: bool
    at: str
    statement: str


def answers_of(of: Reader, goods: Goods, seen: CaseSeen) -> list[Answer]:
    """What went to whom, the lines of one page in their order."""
    return [_answer(of, goods, seen, line) for line in goods.lines]


def _answer(of: Reader, goods: Goods, seen: CaseSeen, line: Mapping[str, Any]) -> Answer:
    party = str(line.get("receiver") or "")
    name = str(line.get("name") or goods.names.get(party) or seen.names.get(party) or party)
    lot = str(line["from"])
    told = [str(line[one]) for one in ("contact", "address") if line.get(one)]
    return Answer(
        name or of.say("office.case.nobody"),
        party,
        " · ".join(told),
        goods.products.get(lot, ""),
        lot.rsplit(":", 1)[-1],
        bounds(of, line["least"], line["most"]),
        str(line["column"]),
        line["word"] == "certain",
        bool(line["counted"]),
        str(line.get("sentAt") or ""),
        str(line.get("statement") or ""),
    )


def named(parties: Sequence[str], goods: Goods, seen: CaseSeen) -> list[str]:
    """What these parties are called, as far as the case knows."""
    return [goods.names.get(one) or seen.names.get(one) or one.rsplit(":", 1)[-1] for one in parties]


def bounds(of: Reader, least: Mapping[str, str] | None, most: Mapping[str, str] | None) -> str:
    """An amount between its bounds: one where both are the same, unknown where there is none."""
    if least is None and most is None:
        return of.say("office.case.unknown-amount")
    if least == most and most is not None:
        return of.amount(most)
    low = of.amount(least) if least is not None else "0"
    return f"{low} – {of.amount(most) if most is not None else of.say('office.case.unknown-amount')}"


def sums(of: Reader, amounts: Mapping[str, Decimal]) -> str:
    """Amounts of several units one beside the other; they are never added."""
    told = [of.amount({"value": format(amount, "f"), "unit": unit}) for unit, amount in amounts.items()]
    return " + ".join(told) or "0"


def first_clock(seen: CaseSeen) -> CaseClock | None:
    """The limit that ends first of those that still run."""
    return next((one for one in seen.clocks if one.state in {RUNNING, OVERDUE}), None)


def fit(text: str, room: int) -> str:
    """As much of a text as fits into so many narrow letters; a wide one takes two."""
    taken = 0
    for place, letter in enumerate(text):
        taken += 2 if east_asian_width(letter) in "WF" else 1
        if taken > room:
            return text[: max(place - 1, 0)] + "…"
    return text


@dataclass(frozen=True, slots=True)
class LotRow:
    """A box of the diagram as a row: the same facts, and the records behind it."""

    number: int
    box: Box
    amount: str
    above: tuple[str, ...]
    below: tuple[str, ...]
    statement: str
    order: str


def lots_of(of: Reader, graph: Graph) -> list[LotRow]:
    """The rows of the boxes shown, in the order of the layers."""
    number = {key: place for place, key in enumerate(graph.boxes, 1)}
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for way in graph.ways:
        above.setdefault(way.lower, []).append(str(number[way.upper]))
        below.setdefault(way.upper, []).append(str(number[way.lower]))
    return [
        LotRow(
            number[key],
            box,
            sums(of, box.amounts) if box.amounts else "",
            tuple(above.get(key, ())),
            tuple(below.get(key, ())),
            box.statement,
            box.order,
        )
        for key, box in graph.boxes.items()
    ]
