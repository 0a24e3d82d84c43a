"""JSON forms of the values in a trace document, which is written out while it is made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from trace.chain.effects import Interval, Mark
from trace.quantities import Quantity
from trace.store.base import from_micros
from trace.store.columns import quantity

_HOUR: Final = 3_600_000_000
_IN_THE_HOUR: Final = tuple(f"{second // 60:02d}:{second % 60:02d}+00:00" for second in range(3_600))


def iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def moment_json(micros: int | None) -> str | None:
    """The text of a stored time, as `datetime.isoformat` writes it: a wide trace has a million of them."""
    if micros is None:
        return None
    hour, rest = divmod(micros, _HOUR)
    second, part = divmod(rest, 1_000_000)
    return from_micros(micros).isoformat() if part else _to_the_hour(hour) + _IN_THE_HOUR[second]


def span_json(earliest: int | None, latest: int | None) -> Mapping[str, str | None]:
    """A stored interval: `interval_json` without the detour."""
    text = moment_json(earliest)
    return {"earliest": text, "latest": text if latest == earliest else moment_json(latest)}


@lru_cache(maxsize=1 << 10)
def _to_the_hour(hours: int) -> str:
    return from_micros(hours * _HOUR).isoformat()[: len("2026-01-01T00:")]


@lru_cache(maxsize=1 << 12)
def stored_quantity_json(micro: int | None, unit: str | None) -> Mapping[str, str] | None:
    """A stored quantity: `quantity_json` without the detour, shared and not to be changed."""
    return quantity_json(quantity(micro, unit))


def in_stock(kind: str, left: Quantity) -> Quantity:
    """What a lot holds, as people read it: of a consignment nobody can have received more than it was.

    Its sum is stored as it is: goods that came back may have been received as well.
    """
    return max(left, Quantity.zero(left.unit)) if kind == "consignment" else left


def interval_json(span: Interval) -> dict[str, str | None]:
    return {"earliest": iso(span.earliest), "latest": iso(span.latest)}


def quantity_json(quantity: Quantity | None) -> dict[str, str] | None:
    return None if quantity is None else quantity.as_json()


def rounded(amount: Fraction, places: int = 3) -> str:
    """Decimal text of an exact amount, half up; used where a share of a quantity is shown."""
    scale = Decimal(1).scaleb(-places)
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return format(exact.quantize(scale, ROUND_HALF_UP).normalize(), "f")


def mark_json(mark: Mark) -> dict[str, Any]:
    return {
        "rule": mark.rule,
        "code": mark.code,
        "gates": list(mark.gates),
        "params": dict(mark.params),
        "declared": mark.declared,
    }
