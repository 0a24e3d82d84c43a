"""Hidden codes: a few digits under a scratch panel, that nobody can work out from the printed code.

A keyed pseudorandom function of the serial, under a key of its own: HKDF (RFC 5869) of the epoch's secret
with another label than the serials', then HMAC-SHA-256 of scope and serial, the first 64 bits reduced to
digits (the bias is below 1e-11). Nothing is stored per code. With 8 digits and five attempts a day a guess
succeeds once in 27,000 years on average; the limit on attempts is what makes it so, not the digits alone.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from trace.codes.serials import KeyRing
from trace.errors.codes import EpochWithoutSecret
from trace.identity.typed import typed, ungrouped

DIGITS: Final = 8


def hidden_code(ring: KeyRing, scope: str, serial: str, digits: int = DIGITS) -> str:
    """The digits under the panel of a canonical serial; raises `EpochWithoutSecret` for a foreign epoch."""
    epoch = serial[:1]
    if epoch not in ring.secrets:
        raise EpochWithoutSecret(epoch=epoch, bytes=0, needed=32)
    key = HKDF(SHA256(), 32, None, b"trace-hidden\n" + epoch.encode()).derive(ring.secrets[epoch])
    mark = hmac.new(key, f"{scope}\n{serial}".encode(), sha256).digest()
    return f"{int.from_bytes(mark[:8]) % 10**digits:0{digits}d}"


def is_hidden_code(given: str, ring: KeyRing, scope: str, serial: str, digits: int = DIGITS) -> bool:
    """Whether these are the digits, compared in constant time; what stands between them does not count."""
    return hmac.compare_digest(
        ungrouped(typed(given)).encode(), hidden_code(ring, scope, serial, digits).encode()
    )
