"""Facts of a step that its line does not tell by itself: share, yield, days since harvest, area of a plot.

All of them are proportions or spans of time: an amount that a supplier handed over stands on no page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

from trace.calendar.shanghai import SHANGHAI_TIME, in_zone
from trace.chain.effects import OperationNoted
from trace.store.chain.statements import StatementRow
from trace.store.lots.details import LotRow

SHARE, SHARE_OF, YIELD, FIRST_AFTER, LAST_AFTER = "share", "shareOf", "yield", "daysFrom", "daysTo"
COLDEST, WARMEST = "temperatureMin", "temperatureMax"
"""Members of a step's detail. A share is one of all that was harvested, or came in, whatever kind of record
says so; days are counted from the last and the first day of harvest to the step's; temperatures are degrees
Celsius as their signer read them."""
SINCE_SPRAYED, GREW = "daysSinceSpray", "daysGrown"
_SPRAYED, _PLANTED = "spray", frozenset({"sow", "transplant"})
_SHARED: Final = frozenset({"harvest", "material"})
_BATCH, _PRODUCT, _HARVEST = "batch", "product", "harvest"
_FINE: Final = 10  # below, a per cent is told to one decimal


def step_facts(lots: Iterable[LotRow]) -> Mapping[str, Mapping[str, str | int]]:
    """Statement -> what can be told of the step that it is."""
    known = list(lots)
    found: dict[str, dict[str, str | int]] = defaultdict(dict)
    _shares(known, found)
    _yields(known, found)
    _ages(known, found)
    for lot in known:
        found[lot.made_by.statement] |= temperature_told(lot.detail.get("temperature"))
    return found


def temperature_told(stated: Mapping[str, str] | None) -> dict[str, str | int]:
    """A stated temperature as members of a step's detail; none where none is stated."""
    return {COLDEST: stated["min"], WARMEST: stated["max"]} if stated else {}


def days_before_harvest(plot: str, used_on: date, lots: Iterable[LotRow]) -> int | None:
    """Days from a work on a plot to its next harvest behind these goods."""
    days = [
        (_day(lot.produced.earliest) - used_on).days
        for lot in lots
        if lot.produced.earliest is not None and plot in lot.detail.get("plots", ())
    ]
    return min((each for each in days if each >= 0), default=None)


def work_before_harvest(
    lot: LotRow, operations: Iterable[tuple[OperationNoted, StatementRow]]
) -> dict[str, str | int]:
    """Days from the last spraying, and from the first sowing or planting, of its plots to a harvest."""
    if lot.kind != _HARVEST or lot.produced.earliest is None:
        return {}
    reaped, plots = _day(lot.produced.earliest), lot.detail.get("plots", ())
    done = [
        (each.operation, (reaped - (each.stopped_on or each.used_on)).days)
        for each, _ in operations
        if each.plot in plots and (each.stopped_on or each.used_on) <= reaped
    ]
    sprayed = [days for operation, days in done if operation == _SPRAYED]
    planted = [days for operation, days in done if operation in _PLANTED]
    told: dict[str, str | int] = {}
    if sprayed:
        told[SINCE_SPRAYED] = min(sprayed)
    if planted:
        told[GREW] = max(planted)
    return told


def _shares(lots: Sequence[LotRow], found: dict[str, dict[str, str | int]]) -> None:
    """How much of all that was harvested, or came in, one lot is; of one kind of goods in one dimension."""
    groups: dict[tuple[str, str, str], list[LotRow]] = defaultdict(list)
    for lot in lots:
        if lot.kind in _SHARED:
            groups[lot.kind, lot.product_name, lot.quantity.dimension].append(lot)
    for group in groups.values():
        whole = sum((lot.quantity.base for lot in group), Fraction(0))
        if len(group) > 1 and whole > 0:
            for lot in group:
                told = found[lot.made_by.statement]
                told[SHARE], told[SHARE_OF] = _per_cent(lot.quantity.base / whole), lot.kind


def _yields(lots: Sequence[LotRow], found: dict[str, dict[str, str | int]]) -> None:
    """What came out as the product, of what a production took in."""
    poured = {lot.made_by.statement: lot.quantity for lot in lots if lot.kind == _BATCH}
    for lot in lots:
        into = poured.get(lot.made_by.statement)
        if lot.kind == _PRODUCT and into is not None and into and into.dimension == lot.quantity.dimension:
            found[lot.made_by.statement][YIELD] = _per_cent(lot.quantity.base / into.base)


def _ages(lots: Sequence[LotRow], found: dict[str, dict[str, str | int]]) -> None:
    """Days since the harvests; none where a step is told to lie before the last of them."""
    harvests = [lot for lot in lots if lot.kind == _HARVEST]
    first = min((_day(lot.produced.earliest) for lot in harvests if lot.produced.earliest), default=None)
    last = max((_day(lot.produced.latest) for lot in harvests if lot.produced.latest), default=None)
    if first is None or last is None:
        return
    for lot in lots:
        start = lot.produced.earliest
        if lot.kind != _HARVEST and start is not None and (day := _day(start)) >= last:
            told = found[lot.made_by.statement]
            told[FIRST_AFTER], told[LAST_AFTER] = (day - last).days, (day - first).days


def _day(moment: datetime) -> date:
    return in_zone(moment, SHANGHAI_TIME).date()


def _per_cent(share: Fraction) -> str:
    percent = Decimal(share.numerator * 100) / Decimal(share.denominator)
    step = Decimal(1) if percent >= _FINE else Decimal("0.1")
    return f"{percent.quantize(step, ROUND_HALF_UP):f}"
