"""Codes and numbers as people type, paste and share them: one cleaning for all, in the scanner's script too.

Full-width signs, blanks of every kind, signs that nobody sees, digits of other scripts, dashes and dots
between groups, quotation marks and punctuation around, a link inside a shared message: nothing of that
was ever printed on a pack, so nothing of it may make a genuine code a wrong one. What the rest means is each
number's own affair. tests/fixtures/typed.json holds what both languages answer (docs/adr/0059).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

BLANKS: Final = " \t\r\n\u3000"
"""Not all of `str.strip`, which would take FNC1 for white space."""
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1c\x1e\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_TURNING: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SPACES: Final = re.compile("[\x0b\x0c\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_ZEROS: Final = (
    *(0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66),
    *(0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810),
)
"""The noughts of other scripts: Arabic, Devanagari, Thai, Tibetan, Mongolian and their neighbours."""
_DIGITS: Final = {zero + digit: str(digit) for zero in _ZEROS for digit in range(10)}
_BETWEEN: Final = re.compile(
    "[ \t\r\n\\-_.,~|\u00b7\u2010-\u2015\u2022\u2027\u2043\u2212\u22c5\u3001\u3002\u301c\u30fb\u30fc]+"
)
_AROUND: Final = " \t\r\n\"'`.,:;!?*~|<>[]{}()-_\u00ab\u00bb\u00b7\u2026\u2039\u203a" + "".join(
    map(chr, (*range(0x2018, 0x2020), *range(0x3001, 0x3004), *range(0x3008, 0x3012), *range(0x3014, 0x3020)))
)
"""Quotation marks, brackets and punctuation: a set, for a pattern goes over long rows again and again."""
_SHARED: Final = 2_000
"""Signs of a message in which addresses are looked for."""
_LINK: Final = re.compile(
    r"https?://[!#-;=?-\[\]_a-z~%]+|(?<![a-z0-9-])(?:[a-z0-9-]+\.)+[a-z]{2,}(?::[0-9]+)?/[!#-;=?-\[\]_a-z~%]+",
    re.IGNORECASE,
)


def typed(text: str) -> str:
    """The text in plain characters (NFKC), without blanks around it and without signs that nobody sees."""
    if text.isascii() and text.isprintable():
        return text.strip(BLANKS)
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    return _SPACES.sub(" ", _UNSEEN.sub("", plain)).translate(_DIGITS).strip(BLANKS)


def ungrouped(text: str) -> str:
    """The text without the blanks, dashes, dots and low lines that part it into groups."""
    return _BETWEEN.sub("", text)


def bare(text: str) -> str:
    """What was typed without the quotation marks, brackets and punctuation around it."""
    return typed(text).strip(_AROUND)


def links_in(text: str) -> tuple[str, ...]:
    """The addresses in what was typed or shared, each up to the first sign that no address holds."""
    return tuple(found[0] for found in _LINK.finditer(typed(text)[:_SHARED]))


def visible(text: str) -> str:
    """A text for a page or a terminal: controls and marks of direction, which records may hold, as U+FFFD."""
    return _TURNING.sub("\ufffd", text)
