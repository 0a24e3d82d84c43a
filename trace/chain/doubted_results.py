"""Doubt about results that a report passes: above a known limit, above its own, or not to be compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from trace.chain.measured import BROKEN, UNCLEAR, standing_of
from trace.rules.food_limits import FoodLimit

LAW: Final = "law"
STATED: Final = "stated"
NOT_COMPARED: Final = "not-compared"
_PASSED: Final = "pass"


@dataclass(frozen=True, slots=True)
class ResultDoubt:
    """`kind`: law (above a limit that `source` sets), stated (above the report's own), or not-compared.

    `unverified`: nobody has read the source yet.
    """

    kind: str
    name: str
    value: str
    limit: str
    source: str = ""
    unverified: bool = False

    @property
    def grave(self) -> bool:
        """Whether it says that too much may have been found."""
        return self.kind != NOT_COMPARED


def doubts_about(
    report: Mapping[str, Any], food: str, day: date, known: Iterable[FoodLimit]
) -> tuple[ResultDoubt, ...]:
    """What is to be doubted of a report on some food of that day, by the items that it passes; () of one that
    fails."""
    if report.get("conclusion") != _PASSED:
        return ()
    limits = tuple(known)
    items = (item for item in report.get("items") or () if isinstance(item, Mapping))
    return tuple(found for item in items if (found := _doubt(item, food, day, limits)) is not None)


def _doubt(item: Mapping[str, Any], food: str, day: date, known: tuple[FoodLimit, ...]) -> ResultDoubt | None:
    name, value, own, unit = (str(item.get(each) or "") for each in ("name", "value", "limit", "unit"))
    if item.get("verdict") != _PASSED or not value:
        return None
    told = value if not unit or unit in value else f"{value} {unit}"
    stated = standing_of(value, own, unit)
    if stated == BROKEN:
        return ResultDoubt(STATED, name, told, own)
    for limit in _of(known, name, food, day):
        standing = standing_of(value, limit.most, unit)
        if standing == BROKEN:
            return ResultDoubt(LAW, name, told, limit.most, limit.source, limit.unverified)
        if standing == UNCLEAR:
            return ResultDoubt(NOT_COMPARED, name, told, limit.most, limit.source, limit.unverified)
    return ResultDoubt(NOT_COMPARED, name, told, own) if stated == UNCLEAR else None


def _of(known: tuple[FoodLimit, ...], name: str, food: str, day: date) -> Iterator[FoodLimit]:
    return (limit for limit in known if limit.covers(name, food, day))
