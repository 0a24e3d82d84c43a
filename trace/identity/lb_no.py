"""绿色食品产品编号: `LB-XX-YYMMPPSSSSSA`, product class, year, month, province, serial, grade.

`LB-03-24050999001A` = class 03 大米, approved 2024-05, province 09, serial 99001, grade A. Older numbers have
a four-digit serial. There is no check digit: the licence decides. The province code has its own order, which
is derived from known numbers and not confirmed, so only its form is checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from trace.errors.gs1 import NumberMalformed

_FORM: Final = re.compile(r"LB-([0-9]{2})-([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{4,5})(AA|A)")
_CLASSES: Final = range(1, 58)
_MONTHS: Final = range(1, 13)


@dataclass(frozen=True, slots=True)
class LbNo:
    """`text` as printed; `approved_year` is four digits, `grade` "A" or "AA"."""

    text: str
    product_class: str
    approved_year: int
    approved_month: int
    province: str
    serial: str
    grade: str
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> LbNo:
    """Read a product number; raises `NumberMalformed` (form, class outside 01–57, month outside 1–12)."""
    match = _FORM.fullmatch(text)
    if match is None or int(match[1]) not in _CLASSES or int(match[3]) not in _MONTHS:
        raise NumberMalformed(number="LB", text=text[:40])
    product_class, year, month, province, serial, grade = match.groups()
    return LbNo(text, product_class, 2000 + int(year), int(month), province, serial, grade)
