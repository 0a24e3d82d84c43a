"""The four check algorithms: GS1 mod 10, ISO 7064 MOD 11,10, GB 32100 mod 31 and GB 11714 mod 11."""

from __future__ import annotations

from typing import Final

USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100: the digits and the letters without I O S V Z."""

_USCC_VALUE: Final = {character: value for value, character in enumerate(USCC_ALPHABET)}
_USCC_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def gs1_mod_10(body: str) -> str:
    """The check digit that follows the digits `body` (weights 3, 1, 3 … from the right)."""
    odd = sum(map(int, body[::-2]))
    even = sum(map(int, body[-2::-2]))
    return str(-(3 * odd + even) % 10)


def mod_11_10(body: str) -> str:
    """ISO 7064 MOD 11,10 (GB/T 17710) check digit that follows the digits `body`."""
    product = 10
    for digit in body:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)


def uscc_mod_31(body: str) -> str:
    """GB 32100 check character that follows the 17 characters `body`."""
    weighted = sum(
        _USCC_VALUE[character] * weight for character, weight in zip(body, _USCC_WEIGHTS, strict=True)
    )
    return USCC_ALPHABET[-weighted % 31]


def organisation_mod_11(body: str) -> str:
    """GB 11714 check character that follows the 8 characters `body` of an organisation code."""
    pairs = zip(body, _ORGANISATION_WEIGHTS, strict=True)
    rest = -sum(_ORGANISATION_ALPHABET.index(character) * weight for character, weight in pairs) % 11
    return "X" if rest == 10 else str(rest)
