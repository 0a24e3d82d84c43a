"""Common parts of every event: who stated what, when, under which names and in which units."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from trace.calendar.shanghai import in_zone
from trace.chain.interchange.handed import Handed
from trace.epcis.events import QuantityElement, Reference
from trace.quantities import RECOMMENDATION_20, Quantity

ZONE: Final = "+08:00"
PIECE: Final = "件"
ALONE: Final = Handed()
"""No hand-over is known beside the statement."""
_OUR_OWN: Final = {"斤": "kg"}

Naming = Callable[[str], str]
Part = tuple[str, Quantity]


def own_name(lot: str) -> str:
    """The lot's own urn, where nobody has given it a GS1 name."""
    return lot


@dataclass(frozen=True, slots=True)
class Frame:
    """What every event of one statement has in common."""

    statement: str
    iss: str
    name_of: Naming
    handed: Handed

    def common(
        self,
        time: datetime,
        step: str,
        disposition: str | None,
        place: str | None = None,
        **said: object,
    ) -> dict[str, Any]:
        other = {f"greentrace:{name}": value for name, value in said.items() if value not in (None, ())}
        return {
            "time": in_zone(time, UTC),
            "offset": _offset(time),
            "event_id": f"ni:///sha-256;{self.statement}",
            "biz_step": step,
            "disposition": disposition,
            "read_point": place,
            "biz_location": place,
            "sources": (Reference(self.iss, "possessing_party"),),
            "other": {name: _json(value) for name, value in other.items()},
        }

    def amounts(self, parts: Iterable[Part]) -> tuple[QuantityElement, ...]:
        return tuple(_element(self.name_of(lot), quantity) for lot, quantity in parts)

    def watched(self, lots: Iterable[str]) -> tuple[QuantityElement, ...]:
        """Lots that are spoken of as a whole: a class without a count."""
        return tuple(QuantityElement(self.name_of(lot)) for lot in lots)

    def units(self, parts: Iterable[Part]) -> dict[str, str] | None:
        """The counting units that a bare count would lose."""
        counted = {self.name_of(lot): quantity.unit for lot, quantity in parts if _is_odd_count(quantity)}
        return counted or None


def _element(name: str, quantity: Quantity) -> QuantityElement:
    convert = _OUR_OWN.get(quantity.unit)
    exact = quantity.to(convert) if convert else quantity
    return QuantityElement(name, exact.value, RECOMMENDATION_20.get(exact.unit))


def _is_odd_count(quantity: Quantity) -> bool:
    return quantity.unit not in RECOMMENDATION_20 and quantity.unit not in _OUR_OWN and quantity.unit != PIECE


def _offset(time: datetime) -> str:
    """The zone in which the time was stated; a time stated in UTC was meant for here."""
    minutes = (time.utcoffset() or timedelta(0)) // timedelta(minutes=1)
    if minutes == 0:
        return ZONE
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _json(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
