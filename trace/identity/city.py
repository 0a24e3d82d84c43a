"""Cities (地级行政区): the one of a region code, its name, and its distance from another.

Coarse on purpose (`cities.toml`): a scan is placed by its city and no finer, distances are of whole cities.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

_DATA: Final = Path(__file__).with_name("cities.toml")
_FORM: Final = re.compile(r"[1-8][0-9]{5}")
_MUNICIPALITIES: Final = frozenset({"11", "12", "31", "50"})
_DIRECT: Final = "90"
_REGIONS: Final = frozenset({"81", "82"})
_EARTH_KM: Final = 6371.0


@dataclass(frozen=True, slots=True)
class City:
    """A 地级行政区; `latitude` and `longitude` in degrees, to about 10 km."""

    code: str
    zh: str
    en: str
    latitude: float
    longitude: float


def city_of(region: str) -> str | None:
    """The city's code of a six-digit region: 310107 (普陀区) is in 310100; None for any other text.

    The four municipalities and the two special regions are one city each; a county directly under a province
    (659001 石河子市) is a city of its own.
    """
    if _FORM.fullmatch(region) is None:
        return None
    if region[2:4] == _DIRECT and region[4:] != "00":
        return region
    if region[:2] in _REGIONS:
        return f"{region[:2]}0000"
    return f"{region[:2]}0100" if region[:2] in _MUNICIPALITIES else f"{region[:4]}00"


def city_named(code: str) -> City | None:
    """The city of a code such as 310100, or None for one that is not listed."""
    return cities().get(code)


@lru_cache(maxsize=16_384)
def distance_km(one: str, other: str) -> float | None:
    """Between the middles of two cities by great circle; None when either is not listed."""
    first, second = cities().get(one), cities().get(other)
    if first is None or second is None:
        return None
    return _great_circle(first, second)


@cache
def cities() -> Mapping[str, City]:
    """Code -> city, of every city listed."""
    rows = tomllib.loads(_DATA.read_text(encoding="utf-8"))["city"]
    return {code: City(code, *row) for code, row in rows.items()}


def _great_circle(one: City, other: City) -> float:
    """Haversine formula on a sphere; its error (0.5 %) is far below that of the coordinates."""
    north, east = math.radians(other.latitude - one.latitude), math.radians(other.longitude - one.longitude)
    flat = math.cos(math.radians(one.latitude)) * math.cos(math.radians(other.latitude))
    chord = math.sin(north / 2) ** 2 + flat * math.sin(east / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(chord))
