"""Crockford base32: 32 characters that survive print, speech and a hasty eye.

Alphabet and aliases as Douglas Crockford defined them: no I, L, O, U; a reader takes I and L for 1, O for 0,
any case, and skips what stands between groups. The optional check symbol is not used: a wrong code is refused
by decryption.
"""

from __future__ import annotations

import re
from typing import Final

from trace.identity.typed import ungrouped

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_ALIASES: Final = str.maketrans("ILO", "110")
_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}
_PAIRS: Final = tuple(upper + lower for upper in ALPHABET for lower in ALPHABET)
_CANONICAL: Final = re.compile(rf"[{ALPHABET}]*")


def encode(number: int, width: int) -> str:
    """`number` as `width` characters, the most significant first; raises `ValueError` if it does not fit."""
    if number < 0 or number >> (5 * width):
        raise ValueError("the number does not fit the width")
    pairs = "".join(_PAIRS[number >> shift & 1023] for shift in range(10 * (width // 2 - 1), -1, -10))
    return ALPHABET[number >> (5 * width - 5)] + pairs if width % 2 else pairs


def decode(text: str) -> int:
    """The number of canonical characters; raises `ValueError` for any other (first use `canonical`)."""
    if not is_canonical(text):
        raise ValueError("not canonical")
    number = 0
    for character in text:
        number = number << 5 | _VALUE[character]
    return number


def canonical(text: str) -> str:
    """What a person or a scanner wrote, in canonical characters where it can; others stay."""
    return ungrouped(text).upper().translate(_ALIASES)


def is_canonical(text: str) -> bool:
    return _CANONICAL.fullmatch(text) is not None
