"""绿色食品企业信息码: `GF` + region (6) + year of the first certificate (2) + serial of that year (4).

No check digit; on packs since 2012-07-31.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from trace.errors.gs1 import NumberMalformed

_FORM: Final = re.compile(r"GF([0-9]{6})([0-9]{2})([0-9]{4})")


@dataclass(frozen=True, slots=True)
class GfCode:
    """`text` such as GF310151249903; `year` is four digits."""

    text: str
    region: str
    year: int
    serial: str
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> GfCode:
    """Read an enterprise code; raises `NumberMalformed`."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise NumberMalformed(number="GF", text=text[:40])
    return GfCode(text, match[1], 2000 + int(match[2]), match[3])
