"""How long the law wants a record kept: until then its private values are stored, and not erased.

The term runs from the day of what happened, by the rule of that day (K01); where it is known until when the
goods keep, it lasts at least until some months after that. Whoever the record is about may
ask for its erasure when the term is over (PIPL §47).
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from typing import Final

from trace.chain.facts import farm, food, goods, oversight, recall
from trace.rules import Rule, Rules

_RULE: Final = "K01"
_MONTHS: Final = {"month": 1, "year": 12}
_KEPT: Final[Mapping[str, str]] = {
    farm.OPERATION.typ: "farm_record",
    farm.HARVEST.typ: "farm_record",
    farm.CERTIFICATE.typ: "certificate",
    **dict.fromkeys(
        [kind.typ for kind in (food.RECEIPT, food.MERGE, food.SPLIT, food.PRODUCTION)],
        "purchase_no_shelf_life",
    ),
    **dict.fromkeys(
        [kind.typ for kind in (goods.REPORT, goods.PACK, goods.SHIPMENT)], "purchase_no_shelf_life"
    ),
    goods.DISPOSAL.typ: "destruction",
    oversight.SAMPLING.typ: "sampling",
    oversight.RECALL.typ: "recall",
    recall.RECALL.typ: "recall",
    **dict.fromkeys([kind.typ for kind in (*recall.STEPS, recall.REPLY)], "recall"),
}
"""Kind -> the sort of record that it is by law, as long as nobody knows when the goods end."""
_AFTER: Final[Mapping[str, str]] = {
    "purchase_no_shelf_life": "purchase_after_shelf_life",
    "recall": "recall_after_shelf_life",
}
"""The sort of record -> the same after the end of a known shelf life; the longer of the two holds."""


@dataclass(frozen=True, slots=True)
class Term:
    """The rule by which a record is kept, and the first day on which it need not be any more."""

    rule: Rule
    until: date


def retention_of(rules: Rules, typ: str, happened: date, best_before: date | None = None) -> Term | None:
    """How long a record is kept whose goods keep until `best_before`; None where no term is known."""
    record = _KEPT.get(typ)
    if record is None:
        return None
    begun = {record: happened, **({_AFTER[record]: best_before} if best_before and record in _AFTER else {})}
    terms = [
        Term(rule, _months_after(day, int(rule.number) * _MONTHS[rule.unit]))
        for each, day in begun.items()
        if (rule := rules.find(_RULE, happened, record=each)) is not None
    ]
    return max(terms, key=lambda one: one.until, default=None)


def best_before_of(data: Mapping[str, object]) -> date | None:
    """Until when goods keep, as signed data say: by a day, or by a day of making and a shelf life."""
    expiry, made, life = _day(data.get("expiryDate")), _day(data.get("productionDate")), data.get("shelfLife")
    if expiry is not None or made is None or not isinstance(life, Mapping):
        return expiry
    value, unit = life.get("value"), life.get("unit")
    if type(value) is not int or unit not in {"day", "month"}:
        return None
    if unit == "month":
        return _months_after(made, value)
    return made + min(timedelta(days=value), date.max - made)


def _day(stated: object) -> date | None:
    try:
        return date.fromisoformat(stated) if isinstance(stated, str) else None
    except ValueError:
        return None


def _months_after(day: date, months: int) -> date:
    """The day of the same number so many months later, or that month's last; the calendar's last has none."""
    year, month = divmod(day.month - 1 + months, 12)
    if day.year + year > MAXYEAR:
        return date.max
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))
