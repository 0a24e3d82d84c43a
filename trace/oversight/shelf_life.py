"""How goods stand by their shelf life on a day: past it, near its end (临期, R52), within it, or unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from trace.rules import Rule, Rules

EXPIRED: Final = "expired"
NEAR: Final = "near"
GOOD: Final = "good"
UNKNOWN: Final = "unknown"
STANDINGS: Final = (EXPIRED, NEAR, GOOD, UNKNOWN)
_RULE: Final = "R52"


@dataclass(frozen=True, slots=True)
class ShelfLifeLeft:
    """Where goods stand: the last day that they keep, the days until then, the rule that calls them near."""

    standing: str
    last: date | None = None
    days: int | None = None
    rule: Rule | None = None


def shelf_life_left(made: date | None, last: date | None, today: date, rules: Rules) -> ShelfLifeLeft:
    """Goods made on one day that keep through another; without the first nobody can call them near."""
    if last is None:
        return ShelfLifeLeft(UNKNOWN)
    days = (last - today).days
    if days < 0:
        return ShelfLifeLeft(EXPIRED, last, days)
    rule = near_rule(made, last, today, rules) if made is not None else None
    return ShelfLifeLeft(NEAR if rule is not None else GOOD, last, days, rule)


def last_counted(made: date, until: date | None) -> date | None:
    """The last day of goods that keep from one day until another, as labels state it: the day of making is
    the first, so that 12 months from 12 October end on 11 October. None where the end is not known."""
    return None if until is None else max(made, until - timedelta(days=1))


def near_rule(made: date, last: date, today: date, rules: Rules) -> Rule | None:
    """R52: the longer the shelf life, the earlier food counts as near its end; the rule, once it does."""
    life = (last - made).days + 1  # both days count, as in `last_counted`
    steps = sorted(
        (int(rule.when["shelf_life_from"]), rule)
        for rule in rules.all
        if rule.id == _RULE and rule.applies_on(today)
    )
    reached = [rule for least, rule in steps if least <= life]
    return reached[-1] if reached and last - today <= reached[-1].duration else None


def longest_near(rules: Rules) -> timedelta:
    """How long before their last day goods are near their end at the most, whatever their shelf life."""
    return max((rule.duration for rule in rules.all if rule.id == _RULE), default=timedelta())
