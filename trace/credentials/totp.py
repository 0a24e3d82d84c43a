"""One-time codes of an authenticator app (RFC 6238: SHA-1, six digits, thirty seconds).

A phone's clock may be off: within two steps a code is taken, at enrolment as at sign-in, and how far off it
was is kept, so that the window moves with the phone (RFC 6238 §6). A code that fits a time further away is no
code; it tells that the clock is off, and that is said: at sign-in of past codes alone, since who is told that
a guess will be right in five minutes would come back then.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from typing import Final

import pyotp

from trace.errors import CodeClockOff, CodeWrong

STEP: Final = 30
WINDOW: Final = 2
"""Steps to either side that are taken: a minute."""
_SEARCHED: Final = 40
"""Steps to either side in which a code tells that a clock is off: twenty minutes."""
_DIGITS: Final = 6
_SECRET: Final = 20


@dataclass(frozen=True, slots=True)
class Learned:
    """What an app's codes taught: the last step that was used, and by how many steps its clock is off."""

    last: int = -1
    offset: int = 0


def secret_from(seed: bytes) -> str:
    """The secret of an app in base32, from at least twenty bytes that nobody else knows."""
    return base64.b32encode(seed[:_SECRET]).decode("ascii")


def address_for_app(secret: str, login: str, issuer: str) -> str:
    """The otpauth address that an app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def take_code(secret: str, typed: str, now: float, learned: Learned) -> Learned:
    """What is known after a good code; `now` in seconds since 1970.

    Raises CodeWrong, also for a code that was used, and CodeClockOff (minutes) for one of another time.
    """
    code = "".join(typed.split())
    if len(code) != _DIGITS or not code.isascii() or not code.isdigit():
        raise CodeWrong
    made, here = pyotp.TOTP(secret), int(now) // STEP
    for away in sorted(range(-WINDOW, WINDOW + 1), key=abs):
        step = here + learned.offset + away
        if step > learned.last and _same(made.generate_otp(step), code):
            return Learned(step, step - here)
    ahead = _SEARCHED if learned == Learned() else learned.offset
    for away in range(-_SEARCHED, ahead + 1):
        step = here + away
        if abs(away - learned.offset) > WINDOW and step >= 0 and _same(made.generate_otp(step), code):
            raise CodeClockOff(minutes=max(1, round(abs(away) * STEP / 60)))
    raise CodeWrong


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one, other)
