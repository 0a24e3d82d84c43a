"""Hidden codes: a few digits under a scratch panel, that nobody can work out from the printed code.

A keyed pseudorandom function of the serial, under a key of its own: HKDF (RFC 5869) of the epoch's secret
with another label than the serials', then HMAC-SHA-256 of scope and serial, the first 64 bits reduced to
digits (the bias is below 1e-11). Nothing is stored per code. With 8 digits and five attempts a day a guess
succeeds once in 27,000 years on average; the limit on attempts is what makes it so, not the digits alone.
"""

from __future__ import annotations

import hmac
import re
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from trace.codes.serials import KeyRing
from trace.errors.codes import EpochWithoutSecret
from trace.identity.typed import bare, typed, ungrouped

DIGITS: Final = 8
_LOOK_ALIKES: Final = str.maketrans("OIL", "011")
_DIGITS: Final = re.compile(r"[0-9]+")


def hidden_code(ring: KeyRing, scope: str, serial: str, digits: int = DIGITS) -> str:
    """The digits under the panel of a canonical serial; raises `EpochWithoutSecret` for a foreign epoch."""
    epoch = serial[:1]
    if epoch not in ring.secrets:
        raise EpochWithoutSecret(epoch=epoch, bytes=0, needed=32)
    key = HKDF(SHA256(), 32, None, b"trace-hidden\n" + epoch.encode()).derive(ring.secrets[epoch])
    mark = hmac.new(key, f"{scope}\n{serial}".encode(), sha256).digest()
    return f"{int.from_bytes(mark[:8]) % 10**digits:0{digits}d}"


def digits_typed(given: str, digits: int = DIGITS) -> str | None:
    """The digits that somebody typed, look-alikes read as meant; None for what is not as many digits.

    A panel has digits alone, so O, I and L can only be 0 and 1. Words around the digits do not count.
    """
    plain = ungrouped(bare(given)).upper().translate(_LOOK_ALIKES)
    if _DIGITS.fullmatch(plain) is None:
        grouped = re.findall(r"[0-9](?:[0-9]|[ \-\u2010-\u2015\u2212](?=[0-9]))*", typed(given))
        found = {ungrouped(each) for each in grouped if len(ungrouped(each)) == digits}
        plain = found.pop() if len(found) == 1 else ""
    return plain if len(plain) == digits else None


def is_hidden_code(given: str, ring: KeyRing, scope: str, serial: str, digits: int = DIGITS) -> bool:
    """Whether these are the digits, compared in constant time; what stands between them does not count."""
    plain = digits_typed(given, digits)
    return plain is not None and hmac.compare_digest(
        plain.encode(), hidden_code(ring, scope, serial, digits).encode()
    )
