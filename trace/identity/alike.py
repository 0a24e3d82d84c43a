"""Numbers that look alike: one reading for all of the same look, whatever alphabet their signs are of.

A number of goods, of a report or of a licence is read by people. Signs that look like Latin letters, figures
of other widths, dashes of other lengths, marks that nobody sees: two such numbers are one to whoever reads
them, and are compared as one (Unicode Technical Standard 39 calls such signs confusable).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from trace.identity.typed import typed

_CYRILLIC: Final = (
    "АВЕЅІЈКМНОРСТУХԀԚԜҮӀаеѕіјкорсухһԁԛԝүӏґ",
    "ABESIJKMHOPCTYXDQWYIaesijkopcyxhdqwylr",
)
_GREEK: Final = ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαγικνορτυχ", "ABEZHIKMNOPTYXayikvoptux")
_OTHERS: Final = ("ՕՍՏոսօհıɑɡℓ", "OUSnuohiagl")
_DASHES: Final = "‐‑‒–—―−﹘⁃"
_STROKES: Final = "⁄∕⧸"
_LIKE: Final = str.maketrans(
    "".join((_CYRILLIC[0], _GREEK[0], _OTHERS[0], _DASHES, _STROKES)),
    "".join((_CYRILLIC[1], _GREEK[1], _OTHERS[1], "-" * len(_DASHES), "/" * len(_STROKES))),
)
_HAN: Final = "CJK "


@lru_cache(maxsize=4096)
def alike(text: str) -> str:
    """How a number reads, without blanks: the same for all that look the same. ASCII stays as it is."""
    plain = typed(text)
    if not plain.isascii():
        parted = unicodedata.normalize("NFD", plain)
        plain = "".join(sign for sign in parted if unicodedata.category(sign) != "Mn").translate(_LIKE)
    return "".join(plain.split())


def of_another_alphabet(text: str) -> str | None:
    """The first letter that is neither Latin of ASCII nor Chinese, or mark on a letter; None for none."""
    if text.isascii():
        return None
    for sign in typed(text):
        if sign.isascii():
            continue
        kind = unicodedata.category(sign)
        is_han = unicodedata.name(sign, _HAN).startswith(_HAN)
        if kind[0] == "M" or (kind[0] == "L" and not is_han):
            return sign
    return None
