"""行政区划 GB/T 2260 (6 digits), 村级 codes GB/T 10114 (12) and plot numbers built on them.

Names of provinces, prefectures and counties come from `regions.toml`. Shanghai's own plot layout
(一地块一编码) is not public, so whatever follows the twelve digits stays opaque.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from trace.errors.gs1 import NumberMalformed

SHANGHAI: Final = "31"
_DATA: Final = Path(__file__).with_name("regions.toml")
_FORM: Final = re.compile(r"(?:[1-6][0-9]|7[1]|8[12])[0-9]{4}(?:[0-9]{3}(?:[0-9]{3})?)?")
_COUNTY: Final = re.compile(r"([0-9]{2})(\S+)")
_SUFFIX: Final = re.compile("(?:特别行政区|维吾尔自治区|[壮回]族自治区|自治[区州县旗]|地区|[省市盟区县旗])$")
_LEVELS: Final = 3


@dataclass(frozen=True, slots=True)
class Region:
    """`text` is 6 (county), 9 (town) or 12 (village) digits."""

    text: str
    warnings: tuple[str, ...] = ()

    @property
    def county(self) -> str:
        return self.text[:6]

    @property
    def name(self) -> str | None:
        """A Shanghai district's name; elsewhere None: `district_of` names a county from its province on."""
        return names().get(self.county) if self.text.startswith(SHANGHAI) else None

    @property
    def jurisdiction(self) -> str:
        """ISO 3166-2 shape used by the rule profiles: CN-31 for Shanghai."""
        return f"CN-{self.text[:2]}"

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> Region:
    """Read 6, 9 or 12 digits; raises `NumberMalformed`; an unlisted Shanghai county warns."""
    if _FORM.fullmatch(text) is None:
        raise NumberMalformed(number="GB/T 2260", text=text[:40])
    unlisted = text.startswith(SHANGHAI) and text[:6] not in names()
    return Region(text, ("region-unknown",) if unlisted else ())


def district_of(code: object) -> str:
    """The district of a region code, never finer: a Shanghai one by its name, any other from its province on.

    A county whose code is not listed is named by its prefecture or by its province; "" for what is no code.
    """
    text = str(code)[:6] if code else ""
    if re.fullmatch(r"[1-8][0-9]{5}", text) is None:
        return ""
    known = names()
    county = known.get(text, "")
    if text.startswith(SHANGHAI):
        return county
    above = (known.get(f"{text[:2]}0000", ""), known.get(f"{text[:4]}00", ""))
    return "".join(dict.fromkeys(each for each in (*above, county) if each))


def code_of(district: str) -> str | None:
    """The code of what `district_of` named; None for what is no such name."""
    return _codes().get(district)


def parts_of(district: str) -> tuple[str, ...]:
    """What `district_of` named, from the province on: 江苏省, 南通市, 如东县; () for what is no such name."""
    code = code_of(district)
    if code is None:
        return ()
    known = names()
    levels = (known.get(f"{code[:2]}0000"), known.get(f"{code[:4]}00"), known.get(code))
    return tuple(dict.fromkeys(each for each in levels if each))


def short_name(district: str) -> str:
    """As people say it: 江苏如东, 南京玄武, 上海奉贤. What is no such name stands as it is."""
    parts = parts_of(district)
    if not parts:
        return district
    urban = len(parts) == _LEVELS and parts[-1].endswith("区")
    return "".join(dict.fromkeys(_bare(each) for each in (parts[1 if urban else 0], parts[-1])))


def _bare(name: str) -> str:
    """The name alone where that is still one: 奉贤区 is 奉贤, 吉县 stays."""
    bare = _SUFFIX.sub("", name)
    return bare if len(bare) > 1 else name


@cache
def _codes() -> Mapping[str, str]:
    """The name of a district -> its code, for all that are listed."""
    return {district_of(code): code for code in names()}


@cache
def names() -> Mapping[str, str]:
    """Six digits -> name: provinces (110000), prefectures (130100) and counties (130102)."""
    read = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    found = {f"{code}0000": name for code, name in read["province"].items()}
    for code, (prefecture, counties) in read["prefecture"].items():
        if prefecture:
            found[f"{code}00"] = prefecture
        found |= {f"{code}{digits}": name for digits, name in _COUNTY.findall(counties)}
    return found
