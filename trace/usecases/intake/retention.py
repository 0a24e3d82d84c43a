"""How long the law wants a record kept: until then its private values are stored, and not erased.

The term runs from the day of what happened, by the rule of that day (K01). Whoever the record is about may
ask for its erasure when the term is over (PIPL §47).
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
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
    **dict.fromkeys([kind.typ for kind in recall.STEPS], "recall"),
}
"""Kind -> the sort of record that it is by law. Without a stated end of shelf life the longer term holds."""


@dataclass(frozen=True, slots=True)
class Term:
    """The rule by which a record is kept, and the first day on which it need not be any more."""

    rule: Rule
    until: date


def retention_of(rules: Rules, typ: str, happened: date) -> Term | None:
    """How long a record of a kind is kept; None where no term is known for it."""
    record = _KEPT.get(typ)
    rule = rules.find(_RULE, happened, record=record) if record is not None else None
    return (
        None if rule is None else Term(rule, _months_after(happened, int(rule.number) * _MONTHS[rule.unit]))
    )


def _months_after(day: date, months: int) -> date:
    """The day of the same number so many months later, or that month's last."""
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))
