"""JSON forms of values: text for quantities, days in Shanghai, names of regions."""

from __future__ import annotations

import base64
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Final
from zoneinfo import ZoneInfo

from trace.chain.effects import Interval, Mark
from trace.identity.region import SHANGHAI
from trace.quantities import Quantity

SHANGHAI_TIME: Final = ZoneInfo("Asia/Shanghai")


def iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def day_of(moment: datetime | None) -> str:
    """The day in Shanghai, or "" when it is not known."""
    return "" if moment is None else moment.astimezone(SHANGHAI_TIME).date().isoformat()


def interval_json(span: Interval) -> dict[str, str | None]:
    return {"earliest": iso(span.earliest), "latest": iso(span.latest)}


def quantity_json(quantity: Quantity | None) -> dict[str, str] | None:
    return None if quantity is None else quantity.as_json()


def rounded(amount: Fraction, places: int = 3) -> str:
    """Decimal text of an exact amount, half up; used where a share of a quantity is shown."""
    scale = Decimal(1).scaleb(-places)
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return format(exact.quantize(scale, ROUND_HALF_UP).normalize(), "f")


def region_name(code: object) -> str:
    """The district's name of a region code, "" where it is not known; never finer than a district."""
    return SHANGHAI.get(str(code)[:6], "") if code else ""


def whole_mu(area: object) -> int | None:
    """An area in whole 亩, half up and at least 1: finer figures would tell one plot from another."""
    if area is None:
        return None
    return max(1, int(Decimal(str(area)).quantize(Decimal(1), ROUND_HALF_UP)))


def mark_json(mark: Mark) -> dict[str, Any]:
    return {
        "rule": mark.rule,
        "code": mark.code,
        "gates": list(mark.gates),
        "params": dict(mark.params),
        "declared": mark.declared,
    }


def hex_digest(text: str) -> str:
    """A SHA-256 as 64 hex digits, which records may state in hex or in base64url."""
    return text if len(text) == 64 else base64.urlsafe_b64decode(text + "=").hex()


def sha256_of(statement: str) -> str:
    """Hex SHA-256 of a statement's bytes: its id is base64url of the same digest."""
    return base64.urlsafe_b64decode(statement + "=").hex()
