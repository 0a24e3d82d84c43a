"""Names of districts in Latin letters: one of Shanghai by itself, any other by its city and province."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from trace.identity.city import city_named, city_of
from trace.identity.region import code_of

_DATA: Final = Path(__file__).with_name("region_letters.toml")


def in_letters(district: str) -> str:
    """What `district_of` named: Chongming, Shanghai; Nantong, Jiangsu. Any other text stands as it is."""
    code = code_of(district)
    if code is None:
        return district
    read = _read()
    city = city_named(city_of(code) or "")
    province = read["province"][code[:2]]
    named = read["district"].get(code) or (city.en if city is not None else None)
    return ", ".join(dict.fromkeys(each for each in (named, province) if each))


@cache
def _read() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))
