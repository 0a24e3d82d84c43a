"""Numbers of complaints: `TS-XXXX-XXXX-XXXX`, twelve Crockford characters, the last a check.

Eleven characters are 55 random bits: no number leads to another, and there are 3.6e16 of them, so the number
itself is the key to the state of a complaint. The check is the sum of a**i * x(i) over GF(32) with
a**5 = a**2 + 1: as a has order 31, every single wrong character and every exchange of two is noticed (the
parity symbol of a Reed-Solomon code, Reed and Solomon 1960), before anything is looked up.
"""

from __future__ import annotations

import re
from typing import Final

from trace.codes.crockford import ALPHABET, canonical, encode, is_canonical
from trace.errors.gs1 import CheckDigitWrong, NumberMalformed
from trace.identity.typed import bare, typed

RANDOM_BITS: Final = 55
_PREFIX: Final = "TS"
_NUMBER: Final = re.compile(
    r"(?<![0-9A-Z])TS(?:[ \-\u2010-\u2015\u2212]?[0-9A-Z]{4}){3}(?![0-9A-Z])", re.IGNORECASE
)
_BODY: Final = 11
_NAME: Final = "complaint number"
_POLYNOMIAL: Final = 0b100101


def numbered(random: int) -> str:
    """The number that 55 random bits make; raises ValueError for more."""
    body = encode(random, _BODY)
    return _shown(body + _check(body))


def parse(text: str) -> str:
    """What a person typed or pasted, as it was issued; raises NumberMalformed, CheckDigitWrong.

    In a message the number is what begins with TS.
    """
    whole = _plain(bare(text))
    found = [whole] if whole is not None else [_plain(each[0]) for each in _NUMBER.finditer(typed(text))]
    plain = next((each for each in found if each is not None), None)
    if plain is None:
        raise NumberMalformed(number=_NAME, text=text[:40])
    body, last = plain[:_BODY], plain[_BODY]
    expected = _check(body)
    if last != expected:
        raise CheckDigitWrong(number=_NAME, text=text[:40], expected=expected)
    return _shown(plain)


def _plain(text: str) -> str | None:
    """The twelve characters, without the prefix: its letters are no aliases of digits."""
    plain = canonical(text)
    plain = plain.removeprefix(_PREFIX) if len(plain) > _BODY + 1 else plain
    return plain if len(plain) == _BODY + 1 and is_canonical(plain) else None


def _shown(plain: str) -> str:
    return f"{_PREFIX}-{plain[:4]}-{plain[4:8]}-{plain[8:]}"


def _check(body: str) -> str:
    """Horner's scheme, the first character with the highest power of a."""
    total = 0
    for character in body:
        total = _times_a(total ^ ALPHABET.index(character))
    return ALPHABET[total]


def _times_a(value: int) -> int:
    doubled = value << 1
    return doubled ^ _POLYNOMIAL if doubled & 0b100000 else doubled
