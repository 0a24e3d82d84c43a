"""Code points of one pinned Unicode version (docs/record-format.md §2): no runtime's own tables decide.

Normal form C of what a version has is the same in all later ones (Unicode Standard Annex 15, stability). So a
text is asked only where it holds what takes part in composition in the pinned version; every other code point
stands for itself, above all each ideograph of planes 2 and 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import category, is_normalized

UNICODE: Final = "14.0.0"
"""The oldest version among the Pythons that run this; newer ones, and browsers, know more."""

_COMPOSING: Final = (
    "1n mx a 0 7 5 2 0 2 j 4 9g 48 1i 9 q 8 0 u 65 10 1l 4h 8 a 1c 18 2 1p 5j 1u 1 d 0 d 2 9 0 4 2 a 0 5 "
    "1 2 0 v 0 o 6 f 0 7 1 3 0 2 0 4 0 h 0 c 2 3 0 2m 0 h 0 2c 1 q 2 9 1 3 2 9 1 5 1 1h 2 16 0 8 1 3 3 a "
    "0 2t 0 a 2 5 0 8 1 2u 6 4 2 2 3 8 1 2t 3 8 1 3 3 a 0 37 0 5 0 a 6 2h 2 e 3 31 2 e 3 25 17 9 t 8 y 9 "
    "t d 0 2n 2w 37 5e bf 2 qd 1 v 0 4e b 5o 0 40 2 64 1 20 s 3 0 1d u 1j 1r 13 8 1j 21 1w 0 49 15 5j 9h "
    "3 5 3 11 3 5 3 7 2 0 2 0 2 0 2 u 3 1g 2 e 2 d 3 5 2 i 3 2 2 8 2 3 5p w 1i 5 2t be 1iq 1 eq 2 3y 0 2p "
    "v eh 13 n 26 5 2t ps l4u 1cj 3m 7p 12 48 0 s 37 2o d 6o h 1h 0 6v 0 j 8mb 6l9 a5 3 2x 1w p 2 4 2 0 2 "
    "1 2 1 2 8 k2 f r2 0 6b 0 46 4 1ar 2 15 2 5 0 4m 1 fy 3 as 1 4a a 1e 3 5d 0 16 0 f 1n 1y 1g 1r 0 25 a "
    "2z 1 4z 1 29 3 9 0 4 2 a 0 f 6 4 4 5q 4 o 0 2a j 6k 0 9 8 3j 0 3b 1 38 0 7i 1 6u 5 3 0 5 6 4d 0 2c j "
    "2a 0 bq 0 77 3 2a 0 fa1 4 1o 6 xm 1 f59 0 43d 2x 3m 2 2po 6 2 g 3 6 2 1 2 4 7a 6 ag 0 1q 3 15t 6 32 "
    "6 4pk wke g74 f1"
)
"""Runs of assigned code points from the first to the last that composes, decomposes or is reordered; the
browser's verifier has the same text. Gap and length of each, in base 36."""
_ASSIGNED: Final = (
    "0 on 3 5 5 6 2 0 2 j 2 b0 2 11 3 1d 3 2 2 1i 9 q 5 5 c 7h 2 1n 3 2s f 1m 3 1c 3 e 2 r 3 0 2 a 6 u 2 "
    "1 7 6j 2 7 3 1 3 l 2 6 2 0 4 3 3 8 3 1 3 3 9 0 5 1 2 4 3 o 3 2 2 5 5 1 3 l 2 6 2 1 2 1 2 1 3 0 2 4 5 "
    "1 3 2 4 0 8 3 2 0 8 g b 2 2 8 2 2 2 l 2 6 2 1 2 4 3 9 2 2 2 2 3 0 g 3 3 b 8 6 2 2 2 7 3 1 3 l 2 6 2 "
    "1 2 4 3 8 3 1 3 2 8 2 5 1 2 4 3 h b 1 2 5 4 2 2 3 4 1 2 0 2 1 4 1 4 2 4 b 5 4 4 2 2 3 3 0 7 0 f k 6 "
    "c 2 2 2 m 2 f 3 8 2 2 2 3 8 1 2 2 3 0 3 3 3 9 8 l 2 2 2 m 2 9 2 4 3 8 2 2 2 3 8 1 7 1 2 3 3 9 2 1 e "
    "c 2 2 2 1e 2 2 2 5 5 f 3 p 2 2 2 h 4 n 2 8 2 0 3 6 4 0 5 5 2 0 2 7 7 9 3 2 d 1l 5 s 12 1 2 0 2 4 2 n "
    "2 0 2 m 3 4 2 0 2 5 3 9 3 3 x 1z 2 z 5 12 2 z 2 e 2 c 12 5h 2 0 6 0 3 ag 2 3 3 6 2 0 2 3 3 14 2 3 3 "
    "w 2 3 3 6 2 0 2 3 3 e 2 1k 2 3 3 1u 3 v 4 p 7 2d 3 5 3 ik 4 2g 8 l a n a j d c 2 2 2 1 d 2l 3 9 7 9 "
    "7 p 7 2g 8 16 6 1x b u 2 b 5 b 5 0 4 15 3 4 c 17 5 p 7 a 4 1p 3 1s 2 s 3 a 7 9 7 d 3 u 1e 24 4 1a 2 "
    "37 9 1n 4 e 4 1n 8 16 3 a 9 16 6 et 3 5 3 11 3 5 3 7 2 0 2 0 2 0 2 u 3 1g 2 e 2 d 3 5 2 i 3 2 2 8 2 "
    "2s 2 b 3 q 2 c 4 w g w g 3v 5 ie q a m 1eb 3 v 2 9o 6 18 2 0 6 0 3 1j 8 1 f n a 6 2 6 2 6 2 6 2 6 2 "
    "6 2 6 2 6 2 3h z p 2 2g d 5x r b 5 1r 2 2d 3 2u 6 16 2 2l 2 2b d 1a 2 mlo 4 1i a 9n l 53 9 5m 6 1 2 "
    "0 2 4 p 1m 4 9 7 1j 9 1x 9 b 7 37 c t 4 25 2 a 5 w 2 1i a d 3 9 3 2u p r b 5 3 5 3 5 a 6 2 6 2 1n 5 "
    "3h 3 9 7 8mb d m 5 1c 1l1 57x 3 2x 13 6 d 4 6 p 2 4 2 0 2 1 2 1 2 3g h cc 3 1h 8 0 x 15 7 1e 2 i 2 3 "
    "5 4 2 3q 3 0 2 59 4 5 3 5 3 5 3 2 4 6 2 6 b 4 3 b 2 p 2 i 2 1 2 e 3 d z 3e 6 2 5 18 4 2f 2 c 4 0 1c "
    "19 3n s 4 1c g r 5 z a t 6 16 6 t 2 10 5 d 17 4d 3 9 7 z 5 z 5 13 9 1f c b 2 e 2 6 2 1 2 a 2 e 2 6 2 "
    "1 1w 8m a l b 7 p 5 2 15 2 8 1y 5 3 0 2 17 2 1 4 0 3 m 2 1z 9 8 1d i 2 1 6 w 4 q 6 0 1t 1j 5 j 3 1d "
    "2 1 6 7 2 2 2 s 3 2 5 9 8 8 8 1r x 12 5 b a 1h 4 s 3 q 6 p 8 3 d 6 29 20 1k 1e e 1e 8 19 9 9 87 u 2 "
    "15 2 2 3 1 27 13 9 15 n p 13 r l m a 25 5 z a 1v b 0 3 o 8 9 7 1g 2 h 9 12 a 2n 2 j c h 2 17 1u 6 2 "
    "0 2 3 2 e 2 a 7 1m 6 9 7 3 2 7 3 1 3 l 2 6 2 1 2 4 2 9 3 1 3 2 3 0 7 0 6 6 3 6 4 4 3w 2j 2 4 v 1z 9 "
    "9 4n 1h 3 11 z 1w c 9 7 c k 1l 7 9 1j q 3 e 5 m 56 1n 2t 2a d 7 3 0 3 7 2 1 2 t 2 1 3 b a 9 1z 7 3 "
    "19 3 a s 1z 9 2a e 20 7c 8 2 18 2 d b s 4 v 3 l 2 d 22 6 2 1 2 17 4 0 2 1 2 8 9 9 7 5 2 1 2 10 2 1 2 "
    "5 8 9 8n o 54 0 g 1d e pm 2v 32 2 4 c 5f 219 2q e tq 2 8 348 g6 6nu fs 8 u 2 9 5 28 2 9 7 t 3 5 b 1x "
    "b 9 2 6 2 k 6 i j5 2i 2u 22 5 1k 8 g 1t 4 c 1 f 4qf 9 yd 17 8 6w8 3 2 6 2 1 2 82 1a 2 i 3 9 az 1s5 "
    "2y 6 c 4 8 8 9 3 7 3ml 19 3 m a 37 1p 6t b 12 3 5d m 1x 4b j d 2e a o 3s 2c 2 1y 2 1 3 0 3 1 3 3 2 b "
    "2 0 2 6 2 1s 2 3 3 7 2 6 2 r 2 3 2 4 2 0 4 6 2 9f 3 83 3 jh g 4 2 e up u 6a 6 2 g 3 6 2 1 2 4 5y 18 "
    "4 d 3 9 5 1 8x u i 1l 6 0 yp 6 2 3 2 1 2 e 2 5g 3 f 16 23 5 9 5 1 lu 1v 25 1o 5f 3 2 q 2 1 2 0 3 0 2 "
    "9 2 3 2 0 2 0 7 0 5 0 2 0 2 0 2 2 2 1 2 0 3 0 2 0 2 0 2 0 2 0 2 1 2 0 3 3 2 6 2 3 2 3 2 0 2 9 2 g 6 "
    "2 2 4 2 g 1h 1 7j 17 5 2r d e 3 e 2 e 2 10 b 4t 1l s e 17 5 8 8 1 f 5 4b rb 6 f 4 c 4 37 d 2g 8 b 5 "
    "0 g b 5 1j 9 9 7 13 9 t 3 1 27 9f d d 3 4 4 4 4 6 a s 4 a 6 5 b 9 7 7 9 6 a 42 2 1i 12 9 sn wyn x "
    "37c 8 65 3 4g1 f 5rk 2e8 f1 15v 3t6 fcfr 0 v 2n 3l 6n 1e6p 1ekd 3 1ekd"
)
"""All assigned code points, private use among them; gap and length of each run, in base 36."""
_IDEOGRAPHS: Final = ((0x20000, 0x2F7FF), (0x30000, 0x3FFFD))
"""Planes 2 and 3 but for compatibility ideographs: what is or will be there composes with nothing."""


def runs(coded: str) -> Iterator[tuple[int, int]]:
    """The runs (first, last) that a table codes."""
    numbers = [int(number, 36) for number in coded.split()]
    at = 0
    for gap, length in zip(numbers[::2], numbers[1::2], strict=True):
        yield at + gap, at + gap + length
        at += gap + length


def _members(*parts: tuple[int, int]) -> str:
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in parts)


_PIECES = re.compile(f"[{_members(*runs(_COMPOSING))}]+")
_UNKNOWN = re.compile(f"[^{_members(*runs(_ASSIGNED), *_IDEOGRAPHS)}]")


def is_nfc(text: str) -> bool:
    """Whether a text is in normal form C by the pinned version, on any Python.

    A part of a normal text is normal (Annex 15), so what this Python finds normal as a whole is so by pieces.
    """
    return is_normalized("NFC", text) or all(is_normalized("NFC", piece) for piece in _PIECES.findall(text))


def find_unknown(text: str) -> str | None:
    """The first character that the pinned version has not and that is no ideograph of planes 2 and 3."""
    found = _UNKNOWN.search(text)
    return None if found is None else found[0]


def is_text(sign: str) -> bool:
    """Whether a character is one that people see or separate words by: assigned, no control, no private use.

    By the pinned version, and with every ideograph: what this Python has not yet is no mistake of the writer.
    """
    return find_unknown(sign) is None and category(sign) not in {"Cc", "Cf", "Cs", "Co"}
