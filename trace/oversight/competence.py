"""Which department acts on a complaint, by what it is about; and until when it is to be passed on.

Goods of a food business are the market bureau's; what a grower sells as it was harvested is the agricultural
department's. Whoever got a complaint and is not competent passes it on within the limit of rule R48; whoever
then has it decides within that of R49. It never goes to the firm that it is about. The county is the maker's;
where that is not known the department of the city has to act.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from typing import Final

from trace.errors import Refusal
from trace.oversight.deadlines import deadline
from trace.parties import GROWER, HANDLERS
from trace.rules import Rules

MARKET: Final = "market"
AGRICULTURE: Final = "agriculture"
TRANSFER: Final = "R48"
ACCEPTANCE: Final = "R49"
TELEPHONE: Final = "12315"
"""Of the market bureaus; one of the agricultural departments was not found in a text of law, and 12315 passes
callers on."""
_COUNTY: Final = re.compile(r"[1-9][0-9]{3}(?!00)[0-9]{2}")


def competent_department(roles: Collection[str]) -> str:
    """By the roles in which whoever made the goods is registered; the market bureau where nobody is."""
    grows = GROWER in roles and HANDLERS.isdisjoint(roles)
    return AGRICULTURE if grows else MARKET


def county_of(region: str) -> str | None:
    """The county or district of a GB/T 2260 code of six digits or more; None where it names none so fine."""
    found = _COUNTY.match(region)
    return found[0] if found is not None else None


def is_of_county(area: str) -> bool:
    """Whether an authority's area is a county or less, so that a wider one stands above it."""
    return county_of(area) is not None


def limit_of(rules: Rules, rule_id: str, start: datetime, **when: str) -> datetime | None:
    """When the limit of that rule ends; None where no rule holds or no calendar tells the days off."""
    rule = rules.find(rule_id, start.date(), **when)
    if rule is None:
        return None
    try:
        return deadline(rule, start).ends
    except Refusal:
        return None
