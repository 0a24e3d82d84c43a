"""有机码: 17 digits = agency (last 3 of its approval number) + label year (2) + 12 random digits.

It has no public check digit; the national site decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from trace.errors.gs1 import NumberMalformed

_FORM: Final = re.compile(r"[0-9]{17}")


@dataclass(frozen=True, slots=True)
class OrganicCode:
    """`text` is 17 digits."""

    text: str
    warnings: tuple[str, ...] = ()

    @property
    def agency(self) -> str:
        return self.text[:3]

    @property
    def year(self) -> int:
        return 2000 + int(self.text[3:5])

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> OrganicCode:
    """Read 17 digits; raises `NumberMalformed`."""
    if _FORM.fullmatch(text) is None:
        raise NumberMalformed(number="有机码", text=text[:40])
    return OrganicCode(text)
