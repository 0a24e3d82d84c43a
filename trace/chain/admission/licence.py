"""Licence checks: the mark's dates (R12), its products (R16), the output left in its licence year (R15)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Final

from trace.chain.admission.decision import Decision, day_of, exceeds, share_of, shown
from trace.chain.effects import LicenceUsed
from trace.chain.facts import GoodsPacked
from trace.chain.facts.goods import licence_of
from trace.quantities import Quantity

_LETTERS: Final = re.compile(r"[\W_]")


def check_licence(decision: Decision, fact: GoodsPacked, lot: int) -> None:
    """For a pack with a mark number: dates (R12), product (R16), the sum of the licence year (R15)."""
    if fact.lb_no is None:
        return
    urn = licence_of(fact.lb_no)
    licence = decision.known.licences.get(urn)
    day = day_of(fact.packed_at)
    reason = _lapse(licence, day, decision.claims.iss)
    if reason is not None:
        stated = licence or {}
        decision.mark(
            "R12",
            lot,
            licence=urn,
            reason=reason,
            value=day.isoformat(),
            limit=f"{stated.get('validFrom', '')}–{stated.get('validTo', '')}",
        )
    if licence is not None:
        _check_product(decision, fact, lot, urn, licence)
        _use(decision, fact, lot, urn, licence, day)


def licence_year(valid_from: date, day: date) -> date:
    """The day on which the licence year of `day` began: the last anniversary of `valid_from`."""
    start = _anniversary(valid_from, day.year)
    return start if start <= day else _anniversary(valid_from, day.year - 1)


def _anniversary(first: date, year: int) -> date:
    """29 February is kept on 1 March in common years."""
    try:
        return first.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def _lapse(licence: Mapping[str, object] | None, day: date, iss: str) -> str | None:
    if licence is None:
        return "unknown"
    if licence.get("status") != "valid":
        return "cancelled"
    if not str(licence.get("validFrom")) <= day.isoformat() <= str(licence.get("validTo")):
        return "outside-dates"
    return "other-holder" if licence.get("holder") != iss else None


def _check_product(
    decision: Decision, fact: GoodsPacked, lot: int, urn: str, licence: Mapping[str, object]
) -> None:
    """R16: none of the names that are licensed is the pack's, nor part of it, nor the other way round."""
    stated = licence.get("productNames")
    licensed = [str(name) for name in stated] if isinstance(stated, list | tuple) else []
    product = decision.known.master.product(fact.product, decision.claims.iss).get("name")
    named = [str(name) for name in (fact.label.product.name, product) if name]
    if not licensed or not named:
        return
    if any(_same_product(one, other) for one in licensed for other in named):
        return
    decision.mark("R16", lot, licence=urn, value=named[0], limit=licensed)


def _same_product(one: str, other: str) -> bool:
    """Licence and pack differ by brand, blanks and brackets: doubt speaks for the firm."""
    first, second = (
        _LETTERS.sub("", unicodedata.normalize("NFKC", name)).casefold() for name in (one, other)
    )
    return bool(first and second) and (first in second or second in first)


def _use(
    decision: Decision, fact: GoodsPacked, lot: int, urn: str, licence: Mapping[str, object], day: date
) -> None:
    """Count this pack, and mark it when the year's sum passes what was approved."""
    year = licence_year(date.fromisoformat(str(licence["validFrom"])), day)
    decision.add(LicenceUsed(urn, year, fact.quantity))
    if licence.get("approvedOutput") is None:
        return
    approved = Quantity.parse(licence["approvedOutput"])
    packed = fact.quantity.to(approved.unit)
    before = decision.known.used.get((urn, year))
    if before is not None:
        packed = packed + before
    opening = packed_in_year_before(licence, year)
    if opening is not None:
        packed = packed + opening
    allowed = approved * share_of(decision.rule("R15"))
    if exceeds(packed, allowed):
        decision.mark(
            "R15",
            lot,
            licence=urn,
            yearFrom=year.isoformat(),
            value=shown(packed),
            limit=shown(approved),
            thisPack=shown(fact.quantity),
            packedBefore=shown(opening) if opening is not None else "",
        )


def packed_in_year_before(licence: Mapping[str, object], year: date) -> Quantity | None:
    """What was packed in that licence year before the platform began."""
    if licence.get("packedBefore") is None:
        return None
    at = licence.get("openingAt") or licence["validFrom"]
    opened = date.fromisoformat(str(at))
    begins = date.fromisoformat(str(licence["validFrom"]))
    return Quantity.parse(licence["packedBefore"]) if licence_year(begins, opened) == year else None
