"""GTIN, GS1 General Specifications §7.9: 8, 12, 13 or 14 digits; a wrong check digit is refused.

The one form inside is 14 digits with leading zeros, as AI 01 carries it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from trace.errors.gs1 import CheckDigitWrong, NumberMalformed
from trace.identity.check_digit import gs1_mod_10

_FORM: Final = re.compile(r"[0-9]{8}|[0-9]{12,14}")
_WIDTH: Final = 14


@dataclass(frozen=True, slots=True)
class Gtin:
    """`text` is always 14 digits."""

    text: str
    warnings: tuple[str, ...] = ()

    @property
    def indicator(self) -> str:
        return self.text[0]

    @property
    def urn(self) -> str:
        return f"urn:gtin:{self.text}"

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> Gtin:
    """Read 8, 12, 13 or 14 digits; raises `NumberMalformed` or `CheckDigitWrong`."""
    if _FORM.fullmatch(text) is None:
        raise NumberMalformed(number="GTIN", text=text[:40])
    expected = gs1_mod_10(text[:-1])
    if text[-1] != expected:
        raise CheckDigitWrong(number="GTIN", text=text, expected=expected)
    return Gtin(text.rjust(_WIDTH, "0"))
