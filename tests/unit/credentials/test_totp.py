"""Codes of authenticator apps, whose clocks are off."""

from __future__ import annotations

import pyotp
import pytest

from trace.credentials.totp import Learned, address_for_app, secret_from, take_code
from trace.errors import CodeClockOff, CodeWrong

SECRET = secret_from(b"12345678901234567890")
NOW = 1_790_000_010.0


def code(seconds_off: float, now: float = NOW) -> str:
    return pyotp.TOTP(SECRET).at(int(now + seconds_off))


def test_the_codes_are_those_of_rfc_6238() -> None:
    """Appendix B, the last six digits."""
    for at, digits in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert take_code(SECRET, digits, at, Learned()).last == at // 30


@pytest.mark.parametrize("off", [-45, 0, 45, 59])
def test_a_phone_somewhat_off_is_enrolled_and_used(off: int) -> None:
    learned = take_code(SECRET, code(off), NOW, Learned())
    for later in range(60, 6000, 600):
        learned = take_code(SECRET, code(off, NOW + later), NOW + later, learned)


def test_the_window_moves_with_a_phone_that_drifts() -> None:
    learned, off = Learned(), 0
    for day in range(30):
        now = NOW + day * 86_400
        off += 20
        learned = take_code(SECRET, code(off, now), now, learned)
    assert learned.offset * 30 >= 570
    with pytest.raises(CodeClockOff):
        take_code(SECRET, code(0, now + 60), now + 60, learned)


def test_a_phone_five_minutes_off_is_told() -> None:
    with pytest.raises(CodeClockOff) as told:
        take_code(SECRET, code(300), NOW, Learned())
    assert told.value.params["minutes"] == 5


def test_a_code_is_good_once_and_older_ones_are_gone() -> None:
    learned = take_code(SECRET, code(0), NOW, Learned())
    for used in (0, -30, -60):
        with pytest.raises(CodeWrong):
            take_code(SECRET, code(used), NOW, learned)
    assert take_code(SECRET, code(30), NOW + 30, learned).last == learned.last + 1


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345", "12 34"])
def test_what_is_no_code_is_wrong(typed: str) -> None:
    with pytest.raises(CodeWrong):
        take_code(SECRET, typed, NOW, Learned())


def test_blanks_in_a_code_are_none() -> None:
    digits = code(0)
    take_code(SECRET, f" {digits[:3]} {digits[3:]} ", NOW, Learned())


def test_an_app_is_told_name_and_secret() -> None:
    address = address_for_app(SECRET, "王敏", "trace.example.cn")
    assert address.startswith("otpauth://totp/trace.example.cn:")
    assert f"secret={SECRET}" in address
