"""JSON forms of the values in a trace document, which is written out while it is made."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from trace.chain.effects import Interval, Mark
from trace.quantities import Quantity


def iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


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
