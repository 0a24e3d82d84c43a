"""Names of districts in Latin letters, county first; counties outside Shanghai as a machine reads them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from trace.identity.city import city_named, city_of
from trace.identity.region import code_of

_DATA: Final = Path(__file__).with_name("region_letters.toml")
_COUNTIES: Final = Path(__file__).with_name("county_letters.toml")
_COUNTY: Final = re.compile(r"([0-9]{2})([^;]+)")


def in_letters(district: str) -> str:
    """What `district_of` named: Chongming, Shanghai; Rudong County, Nantong, Jiangsu.

    Any other text stands as it is.
    """
    code = code_of(district)
    if code is None:
        return district
    read = _read()
    city = city_named(city_of(code) or "")
    county = read["district"].get(code) or _counties().get(code)
    above = None if code in read["district"] or city is None else city.en
    named = (county, above, read["province"][code[:2]])
    return ", ".join(dict.fromkeys(each for each in named if each))


@cache
def _read() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))


@cache
def _counties() -> Mapping[str, str]:
    """Six digits -> name of a county in letters; none for those of Shanghai and for zones of statistics."""
    read = tomllib.loads(_COUNTIES.read_text(encoding="utf-8"))["county"]
    return {f"{above}{end}": name for above, row in read.items() for end, name in _COUNTY.findall(row)}
