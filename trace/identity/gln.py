"""GLN, Global Location Number: who or where. 13 digits; a wrong check digit is refused.

GS1 General Specifications §7.9.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from trace.errors.gs1 import CheckDigitWrong, NumberMalformed
from trace.identity.check_digit import gs1_mod_10

_FORM: Final = re.compile(r"[0-9]{13}")


@dataclass(frozen=True, slots=True)
class Gln:
    """`text` is 13 digits."""

    text: str
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> Gln:
    """Read 13 digits; raises `NumberMalformed` or `CheckDigitWrong`."""
    if _FORM.fullmatch(text) is None:
        raise NumberMalformed(number="GLN", text=text[:40])
    expected = gs1_mod_10(text[:-1])
    if text[-1] != expected:
        raise CheckDigitWrong(number="GLN", text=text, expected=expected)
    return Gln(text)
