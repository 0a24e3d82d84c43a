"""Registration numbers of farm inputs, as labels carry them.

农药登记证号 `PD20130001` and 肥料登记证号 `农肥(2018)准字1234号` (forms from memory).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from trace.errors.gs1 import NumberMalformed

_PESTICIDE: Final = re.compile(r"(?:PD|WP|LS)[0-9]{6,8}(?:F[0-9]{6})?")
_FERTILISER: Final = re.compile(r"[\u4e00-\u9fff]{0,3}农肥[(（][0-9]{4}[)）](?:准字|临字)[0-9]{4,5}号")

PESTICIDE: Final = "pesticide"
FERTILISER: Final = "fertiliser"


@dataclass(frozen=True, slots=True)
class InputRegNo:
    """`text` as on the label; `kind` "pesticide" or "fertiliser"."""

    text: str
    kind: str
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> InputRegNo:
    """Read a registration number; raises `NumberMalformed`."""
    if _PESTICIDE.fullmatch(text):
        return InputRegNo(text, PESTICIDE)
    if _FERTILISER.fullmatch(text):
        return InputRegNo(text, FERTILISER)
    raise NumberMalformed(number="农药登记证号", text=text[:40])
