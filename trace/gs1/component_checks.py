"""Character sets and content checks of GS1 element values (General Specifications §7.9–7.12)."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from typing import Final

from trace.identity.check_digit import gs1_mod_10

_DIGITS: Final = "0123456789"
_UPPER: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SET_82: Final = "!\"%&'()*+,-./" + _DIGITS + ":;<=>?" + _UPPER + "_" + _UPPER.lower()

CHARACTERS: Final = {
    "n": frozenset(_DIGITS),
    "an": frozenset(_SET_82),
    "y": frozenset("#-/" + _DIGITS + _UPPER),
}
"""n digits, an "invariant" set 82, y set 39."""

_PAIR_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PRIMES: Final = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)
_LONGEST_YEAR: Final = 2000
_SHORTEST_PREFIX: Final = 4


def check_pair(body: str) -> str:
    """The two check characters of a Global Model Number (§7.9.5: prime weights from the right, mod 1021)."""
    weighted = zip(reversed(body), _PRIMES, strict=False)
    rest = sum(_SET_82.index(character) * prime for character, prime in weighted) % 1021
    return _PAIR_ALPHABET[rest >> 5] + _PAIR_ALPHABET[rest & 31]


def _mod10(part: str) -> bool:
    return gs1_mod_10(part[:-1]) == part[-1]


def _day(part: str) -> bool:
    """YYMMDD with a real day; the century does not matter (2000 was a leap year, as 00 says)."""
    month, day = int(part[2:4]), int(part[4:6])
    if not 1 <= month <= 12:
        return False
    return 1 <= day <= calendar.monthrange(_LONGEST_YEAR + int(part[:2]), month)[1]


def _day_or_month(part: str) -> bool:
    """YYMMDD where day 00 means the whole month."""
    return _day(part[:4] + "01") if part.endswith("00") else _day(part)


def _hour(part: str) -> bool:
    return int(part) < 24


def _minute(part: str) -> bool:
    return int(part) < 60


def _hour_minute(part: str) -> bool:
    return _hour(part[:2]) and _minute(part[2:])


def _company_prefix(part: str) -> bool:
    """Keys made of a company prefix start with digits; four is the shortest prefix a check can ask for."""
    return len(part) >= _SHORTEST_PREFIX and part[:_SHORTEST_PREFIX].isdigit()


def _piece_of_total(part: str) -> bool:
    half = len(part) // 2
    return 1 <= int(part[:half]) <= int(part[half:])


def _check_pair(part: str) -> bool:
    return len(part) > 2 and _company_prefix(part[:-2]) and check_pair(part[:-2]) == part[-2:]


def _no_leading_zero(part: str) -> bool:
    return not part.startswith("0")


def _zero(part: str) -> bool:
    return part == "0"


def _importer_index(part: str) -> bool:
    """Two free characters and an importer index of the alphabet of base64url."""
    return part[2].isalnum() or part[2] in "-_"


CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    "mod10": _mod10,
    "day": _day,
    "day_or_month": _day_or_month,
    "hour": _hour,
    "minute": _minute,
    "hour_minute": _hour_minute,
    "company_prefix": _company_prefix,
    "piece_of_total": _piece_of_total,
    "check_pair": _check_pair,
    "no_leading_zero": _no_leading_zero,
    "zero": _zero,
    "importer_index": _importer_index,
}
