"""Column codecs: canonical JSON text, quantities as millionths, intervals as two times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

import orjson

from trace.chain.effects import Interval
from trace.quantities import Quantity, factor
from trace.store.base import from_micros, to_micros

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS


def json_text(value: object) -> str:
    """Canonical JSON (sorted members, no blanks); the same value gives the same text in every run."""
    return orjson.dumps(value, default=_plain, option=_OPTIONS).decode()


def json_value(text: str) -> dict[str, object]:
    """The object that `json_text` wrote."""
    value: dict[str, object] = orjson.loads(text)
    return value


def json_list(text: str) -> tuple[str, ...]:
    """The array of strings that `json_text` wrote."""
    return tuple(orjson.loads(text))


def _plain(value: object) -> object:
    if isinstance(value, Quantity):
        return value.as_json()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form in the store")


def micros(moment: datetime | None) -> int | None:
    return None if moment is None else to_micros(moment)


def moment(stored: int | None) -> datetime | None:
    return None if stored is None else from_micros(stored)


@lru_cache(maxsize=1 << 12)
def interval(earliest: int | None, latest: int | None) -> Interval:
    return Interval(moment(earliest), moment(latest))


def quantity(stored: int | None, unit: str | None) -> Quantity | None:
    """None for what was never stated."""
    return None if stored is None or unit is None else amount(stored, unit)


@lru_cache(maxsize=1 << 12)
def amount(stored: int, unit: str) -> Quantity:
    """Equal to `Quantity.from_micro`, which a large trace or batch would wait for."""
    if stored < 0 or factor(unit)[1:] != (1, 1):
        return Quantity.from_micro(stored, unit)
    whole, rest = divmod(stored, 1_000_000)
    return Quantity.of(f"{whole}.{rest:06d}".rstrip("0") if rest else str(whole), unit)
