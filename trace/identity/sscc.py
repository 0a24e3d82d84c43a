"""SSCC, Serial Shipping Container Code: one pallet or case on its way. 18 digits.

A wrong check digit is refused (GS1 General Specifications §7.9).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from trace.errors.gs1 import CheckDigitWrong, NumberMalformed
from trace.identity.check_digit import gs1_mod_10

_FORM: Final = re.compile(r"[0-9]{18}")


@dataclass(frozen=True, slots=True)
class Sscc:
    """`text` is 18 digits."""

    text: str
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> Sscc:
    """Read 18 digits; raises `NumberMalformed` or `CheckDigitWrong`."""
    if _FORM.fullmatch(text) is None:
        raise NumberMalformed(number="SSCC", text=text[:40])
    expected = gs1_mod_10(text[:-1])
    if text[-1] != expected:
        raise CheckDigitWrong(number="SSCC", text=text, expected=expected)
    return Sscc(text)
