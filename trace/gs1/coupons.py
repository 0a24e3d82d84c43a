"""Coupon codes of North America: AI 8110 (paper coupon) and AI 8112 (positive offer file).

A run of digits whose parts say their own lengths (General Specifications §3.9.5 and §3.9.6). Read to
check them, never issued here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_PREFIX: Final = "0123456"
_VALUE: Final = "12345"
_REQUIREMENT: Final = "012349"


class _Unreadable(Exception):
    pass


class _Digits:
    """The digits still to read."""

    def __init__(self, text: str, is_day: Callable[[str], bool]) -> None:
        self.rest = text
        self._is_day = is_day
        self._expiry = "999999"

    def take(self, count: int) -> str:
        part, self.rest = self.rest[:count], self.rest[count:]
        if len(part) < count:
            raise _Unreadable
        return part

    def one_of(self, allowed: str) -> str:
        digit = self.take(1)
        if digit not in allowed:
            raise _Unreadable
        return digit

    def sized(self, allowed: str, base: int = 0) -> None:
        """A length digit, then that many digits and `base` more."""
        self.take(base + int(self.one_of(allowed)))

    def prefix(self, allowed: str = _PREFIX) -> None:
        """A company prefix; 9 says: the same as the first."""
        digit = self.one_of(allowed)
        if digit != "9":
            self.take(6 + int(digit))

    def purchase(self) -> None:
        self.sized(_VALUE)
        self.one_of(_REQUIREMENT)
        self.take(3)

    def expiry(self) -> None:
        self._expiry = self._day()

    def start(self) -> None:
        """A coupon may not end before it begins; the century of both is the same."""
        if self._day() > self._expiry:
            raise _Unreadable

    def _day(self) -> str:
        day = self.take(6)
        if not self._is_day(day):
            raise _Unreadable
        return day


def coupon(text: str, is_day: Callable[[str], bool]) -> bool:
    """Whether an AI 8110 value reads to its end; `is_day` judges YYMMDD."""
    return _reads(_coupon, text, is_day)


def offer(text: str, is_day: Callable[[str], bool]) -> bool:
    """Whether an AI 8112 value reads to its end."""
    return _reads(_offer, text, is_day)


def _reads(read: Callable[[_Digits], None], text: str, is_day: Callable[[str], bool]) -> bool:
    if not (text.isascii() and text.isdigit()):
        return False
    digits = _Digits(text, is_day)
    try:
        read(digits)
    except _Unreadable:
        return False
    return not digits.rest


def _offer(digits: _Digits) -> None:
    digits.one_of("01")
    digits.prefix()
    digits.take(6)
    digits.sized("0123456789", 6)


def _coupon(digits: _Digits) -> None:
    digits.prefix()
    digits.take(6)
    digits.sized(_VALUE)
    digits.purchase()
    for mark, read in _OPTIONAL:
        if digits.rest.startswith(mark):
            digits.take(1)
            read(digits)


def _second_purchase(digits: _Digits) -> None:
    digits.one_of("0123")
    _third_purchase(digits)


def _third_purchase(digits: _Digits) -> None:
    digits.purchase()
    digits.prefix(_PREFIX + "9")


def _serial(digits: _Digits) -> None:
    digits.sized("0123456789", 6)


def _retailer(digits: _Digits) -> None:
    digits.sized("1234567", 6)


def _terms(digits: _Digits) -> None:
    """What is saved, on which item, store coupon, and whether it may be doubled."""
    digits.one_of("01256")
    digits.one_of("012")
    digits.take(1)
    digits.one_of("01")


_OPTIONAL: Final[tuple[tuple[str, Callable[[_Digits], None]], ...]] = (
    ("1", _second_purchase),
    ("2", _third_purchase),
    ("3", _Digits.expiry),
    ("4", _Digits.start),
    ("5", _serial),
    ("6", _retailer),
    ("9", _terms),
)
"""The optional parts, each behind its digit, in this order."""
