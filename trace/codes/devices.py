"""Pseudonyms of scanning devices: enough to know one again on the same code, too little to know anybody.

The cookie holds 16 random bytes and our mark on them, so that a made-up one is not taken. What is kept is
the keyed hash of those bytes *and the code*: the same telephone has another name on every code, and nobody
without the key can tell that two of them are one. The key is derived from the platform's secret under its
own label.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Final

_ID_BYTES: Final = 16
_MARK_BYTES: Final = 12
_LONGEST: Final = 64


@dataclass(frozen=True, slots=True)
class DeviceNames:
    """The namer of scanning devices, made of a platform secret, which never prints."""

    secret: bytes = field(repr=False)

    def new_device(self) -> bytes:
        """Sixteen random bytes for a telephone that we have not seen."""
        return secrets.token_bytes(_ID_BYTES)

    def cookie_of(self, device: bytes) -> str:
        """The cookie of a telephone: its bytes and our mark on them."""
        return _text(device + self._mark(b"cookie", device)[:_MARK_BYTES])

    def device_in(self, cookie: str) -> bytes | None:
        """The bytes of a cookie that we marked; None for any other text."""
        try:
            raw = (
                base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4))
                if len(cookie) <= _LONGEST
                else b""
            )
        except ValueError:
            return None
        device, mark = raw[:_ID_BYTES], raw[_ID_BYTES:]
        return device if hmac.compare_digest(mark, self._mark(b"cookie", device)[:_MARK_BYTES]) else None

    def name_on(self, code: str, device: bytes) -> str:
        """The device's name on one code, 22 characters."""
        return _text(self._mark(b"on " + code.encode(), device)[:_ID_BYTES])

    def _mark(self, purpose: bytes, device: bytes) -> bytes:
        key = hmac.digest(self.secret, b"trace-scan-device", "sha256")
        return hmac.digest(key, purpose + b"\n" + device, "sha256")


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
