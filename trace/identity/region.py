"""行政区划 GB/T 2260 (6 digits), 村级 codes GB/T 10114 (12) and plot numbers built on them.

Names are known for Shanghai's sixteen districts only; elsewhere the form is checked and the name is absent.
Shanghai's own plot layout (一地块一编码) is not public, so whatever follows the twelve digits stays opaque.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from trace.errors.gs1 import NumberMalformed

SHANGHAI: Final = {
    "310101": "黄浦区",
    "310104": "徐汇区",
    "310105": "长宁区",
    "310106": "静安区",
    "310107": "普陀区",
    "310109": "虹口区",
    "310110": "杨浦区",
    "310112": "闵行区",
    "310113": "宝山区",
    "310114": "嘉定区",
    "310115": "浦东新区",
    "310116": "金山区",
    "310117": "松江区",
    "310118": "青浦区",
    "310120": "奉贤区",
    "310151": "崇明区",
}

_FORM: Final = re.compile(r"(?:[1-6][0-9]|7[1]|8[12])[0-9]{4}(?:[0-9]{3}(?:[0-9]{3})?)?")


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
        """The county's name where we know it."""
        return SHANGHAI.get(self.county)

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
    unlisted = text.startswith("31") and text[:6] not in SHANGHAI
    return Region(text, ("region-unknown",) if unlisted else ())


def district_of(code: object) -> str:
    """The district's name of a region code, "" where it is not known; never finer than a district."""
    return SHANGHAI.get(str(code)[:6], "") if code else ""
