"""Character sets and content checks of GS1 element values (General Specifications §7.9–7.12)."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from typing import Final

from trace.gs1 import coupons
from trace.gs1.code_lists import COUNTRIES, COUNTRY_LETTERS, CURRENCIES, MEDIA, PACKAGES

_DIGITS: Final = "0123456789"
_UPPER: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SET_82: Final = "!\"%&'()*+,-./" + _DIGITS + ":;<=>?" + _UPPER + "_" + _UPPER.lower()

CHARACTERS: Final = {
    "n": frozenset(_DIGITS),
    "an": frozenset(_SET_82),
    "y": frozenset("#-/" + _DIGITS + _UPPER),
    "b": frozenset("-_=" + _DIGITS + _UPPER + _UPPER.lower()),
}
"""n digits, an "invariant" set 82, y set 39, b set 64 (base64url with padding)."""

_PAIR_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PRIMES: Final = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)
_LONGEST_YEAR: Final = 2000
_SHORTEST_PREFIX: Final = 4


def check_pair(body: str) -> str:
    """The two check characters of a Global Model Number (General Specifications §7.9.5: prime
    weights from the right, mod 1021)."""
    weighted = zip(reversed(body), _PRIMES, strict=False)
    rest = sum(_SET_82.index(character) * prime for character, prime in weighted) % 1021
    return _PAIR_ALPHABET[rest >> 5] + _PAIR_ALPHABET[rest & 31]


def _mod10(part: str) -> bool:
    """GS1 mod 10 (§7.9.1): digits weighted 1, 3, 1, 3 … from the right, the check digit included."""
    values = part.encode()
    zeros = 48 * (len(values) + 2 * (len(values) // 2))
    return (sum(values[::-2]) + 3 * sum(values[-2::-2]) - zeros) % 10 == 0


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


def _day_of_century(part: str) -> bool:
    """YYYYMMDD with a real day."""
    year, month, day = int(part[:4]), int(part[4:6]), int(part[6:8])
    return year > 0 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


_PERCENT: Final = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*")
_POSITION: Final = re.compile(r"([1-9][0-9]*)/([1-9][0-9]*)")
_BASE64: Final = re.compile(r"[A-Za-z0-9_-]*={0,2}")


def _percent_coded(part: str) -> bool:
    return _PERCENT.fullmatch(part) is not None


def _base64(part: str) -> bool:
    """Padding, where there is any, makes the length a multiple of three, as GS1 checks it."""
    return _BASE64.fullmatch(part) is not None and (not part.endswith("=") or len(part) % 3 == 0)


def _iban(part: str) -> bool:
    """ISO 13616: country, check digits, and the whole congruent to 1 modulo 97."""
    if len(part) < 5 or not (part.isalnum() and part.upper() == part) or part[:2] not in COUNTRY_LETTERS:
        return False
    turned = part[4:] + part[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def _position(part: str) -> bool:
    """Like 2/3: the second of three."""
    match = _POSITION.fullmatch(part)
    return match is not None and int(match[1]) <= int(match[2])


def not_only_digits(part: str) -> bool:
    return not part.isdigit() and bool(part)


def _make_model(part: str) -> bool:
    return _check_pair(part) and not_only_digits(part)


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
    "nonzero": lambda part: bool(part.strip("0")),
    "zero_or_one": lambda part: part in {"0", "1"},
    "winding": lambda part: part in {"0", "1", "9"},
    "sex": lambda part: part in {"0", "1", "2", "9"},
    "hyphen": lambda part: not part.strip("-") and bool(part),
    "latitude": lambda part: int(part) <= 1_800_000_000,
    "longitude": lambda part: int(part) <= 3_600_000_000,
    "country": COUNTRIES.__contains__,
    "country_or_999": lambda part: part == "999" or part in COUNTRIES,
    "country_letters": COUNTRY_LETTERS.__contains__,
    "currency": CURRENCIES.__contains__,
    "package": PACKAGES.__contains__,
    "medium": MEDIA.__contains__,
    "day_of_century": _day_of_century,
    "percent_coded": _percent_coded,
    "base64": _base64,
    "iban": _iban,
    "position": _position,
    "make_model": _make_model,
    "coupon": lambda part: coupons.coupon(part, _day),
    "offer": lambda part: coupons.offer(part, _day),
}
