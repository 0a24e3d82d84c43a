"""Bar codes as people type and spreadsheets keep them: hyphens and blanks out, damaged ones refused.

A number that looks like a bar code and is none must not become a product code of the firm's own: the pack
would lose its GTIN without a word.
"""

from __future__ import annotations

import re
from typing import Final

from trace.errors.base import Refusal
from trace.errors.tables import CellBarcodeDamaged
from trace.identity import gtin
from trace.identity.gtin import Gtin

_LENGTHS: Final = frozenset({8, 12, 13, 14})
_SEPARATED: Final = re.compile(r"[0-9](?:[0-9 \u00a0\-\u2010-\u2015\u2212.]*[0-9])?")
_SEPARATORS: Final = re.compile(r"[ \u00a0\-\u2010-\u2015\u2212.]+")
_SHORTENED: Final = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]{1,2}")
_SHORTEST, _LONGEST = 7, 16
"""Digits in a row that nobody takes for a code of their own."""


def is_barcode(text: str) -> bool:
    """Whether a text is the digits of a GTIN with a right check digit."""
    if not (text.isascii() and text.isdigit() and len(text) in _LENGTHS):
        return False
    try:
        gtin.parse(text)
    except Refusal:
        return False
    return True


def read_gtin(text: str) -> Gtin:
    """A GTIN, hyphens and blanks between its digits left out; raises as `gtin.parse` does."""
    digits = _SEPARATORS.sub("", text) if _SEPARATED.fullmatch(text) else text
    return gtin.parse(digits)


def product_of(name: str, text: str) -> str | None:
    """The urn of a product named by its bar code; None for what is no bar code at all.

    Raises the refusal of a wrong check digit, or `CellBarcodeDamaged`: digits too few or too many (a lost
    leading zero), a number that Excel has shortened.
    """
    if _SHORTENED.fullmatch(text) and ("." in text or "+" in text):
        raise CellBarcodeDamaged(name=name, text=text[:40], reason="shortened")
    if _SEPARATED.fullmatch(text) is None:
        return None
    digits = _SEPARATORS.sub("", text)
    if len(digits) in _LENGTHS:
        if digits == text or is_barcode(digits):
            return gtin.parse(digits).urn
        raise CellBarcodeDamaged(name=name, text=text[:40], reason="check-digit")
    if len(digits) < _SHORTEST:
        return None
    if any(is_barcode(digits.rjust(length, "0")) for length in _LENGTHS if length > len(digits)):
        raise CellBarcodeDamaged(name=name, text=text[:40], reason="zero-lost")
    raise CellBarcodeDamaged(name=name, text=text[:40], reason="length")
