"""检验检测机构资质认定 (CMA) number: 12 digits, or 11 in older certificates; no check digit is public."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from trace.errors.gs1 import NumberMalformed

_FORM: Final = re.compile(r"[0-9]{11,12}[A-Z]?")


@dataclass(frozen=True, slots=True)
class CmaNo:
    """`text` as printed."""

    text: str
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> CmaNo:
    """Read a certificate number; raises `NumberMalformed`."""
    if _FORM.fullmatch(text) is None:
        raise NumberMalformed(number="CMA", text=text[:40])
    return CmaNo(text)
