"""Opening of a hand-over: a salt in signed bytes shows that a digest names its signer.

The digest is that of the disclosure `[salt, name, party]` (RFC 9901). Whoever knows the salt and states it
under its own name opens the digest for itself, and for nobody else.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from trace.ledger.canonical import b64u, encode
from trace.ledger.disclosure import DIGESTS, SALT_BYTES, disclosure_digest

_SALT: Final = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")
"""16 bytes as base64url without padding: the last character has four free bits."""


def note_salt(secret: bytes, lot: str) -> str:
    """The salt of one line of a delivery note: one secret per note, one salt per consigned lot."""
    keyed = hmac.new(secret, f"trace-note\n{lot}".encode(), hashlib.sha256)
    return b64u(keyed.digest()[:SALT_BYTES])


@lru_cache(maxsize=65_536)
def opening_digest(salt: str, name: str, party: str) -> str:
    """The digest in `_sd` that stands for the member `name` with this party as its value."""
    return disclosure_digest(b64u(encode([salt, name, party])))


def opens(data: Mapping[str, object], salt: object, name: str, party: str) -> bool:
    """Whether a salt shows that `party` is the concealed `name` of this data; nested digests do not count."""
    digests = data.get(DIGESTS)
    if type(digests) is not list or type(salt) is not str or _SALT.fullmatch(salt) is None:
        return False
    return opening_digest(salt, name, party) in digests
