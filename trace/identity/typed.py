"""Numbers as people type them: full-width signs, idle blanks, and the marks between groups of characters.

One reading for every number that somebody types, pastes or reads out: trace codes, GTINs, complaint numbers,
the digits under a scratch panel, days. What the characters mean is each number's own affair.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

BLANKS: Final = " \t\r\n\u3000"
"""Not all of `str.strip`, which would take FNC1 for white space."""
_UNSEEN: Final = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_BETWEEN: Final = re.compile(r"[\s\-\u2010-\u2015\u2212\uff0d_.·]+")


def typed(text: str) -> str:
    """The text in plain characters (NFKC), without blanks around it and without signs that nobody sees."""
    if text.isascii():
        return text.strip(BLANKS)
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).strip(BLANKS)


def ungrouped(text: str) -> str:
    """The text without the blanks, dashes, dots and low lines that part it into groups."""
    return _BETWEEN.sub("", text)
