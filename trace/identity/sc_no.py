"""食品生产许可证编号: `SC` + 14 digits; the check (GB/T 17710 MOD 11,10) only warns.

`SC10131015199019` = kind 1 (food; 2 additive), category 01, region 310151, serial 9901, check 9.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from trace.errors.gs1 import NumberMalformed
from trace.identity.check_digit import mod_11_10

_FORM: Final = re.compile(r"SC[12][0-9]{13}")

FOOD: Final = "food"
ADDITIVE: Final = "additive"


@dataclass(frozen=True, slots=True)
class ScNo:
    """`text` such as SC10131015199019; `warnings` may hold "sc-no-check"."""

    text: str
    warnings: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        return FOOD if self.text[2] == "1" else ADDITIVE

    @property
    def category(self) -> str:
        """Two digits of the food category (01 粮食加工品 … 31 其他食品)."""
        return self.text[3:5]

    @property
    def region(self) -> str:
        return self.text[5:11]

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> ScNo:
    """Read a licence number; raises `NumberMalformed` on a wrong form, warns on a wrong check digit."""
    if _FORM.fullmatch(text) is None:
        raise NumberMalformed(number="SC", text=text[:40])
    return ScNo(text, () if mod_11_10(text[2:15]) == text[15] else ("sc-no-check",))
