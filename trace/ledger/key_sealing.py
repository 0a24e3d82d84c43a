"""Private keys that a service holds for others: sealed by AES-256-GCM under a master key that lies elsewhere.

What is sealed is bound to the key's id and its holder: a row moved to another holder opens for nobody.
"""

from __future__ import annotations

import re
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from trace.errors import MasterKeyUnfit
from trace.ledger.algorithms import PrivateKey
from trace.ledger.canonical import b64u, unb64u

_BYTES: Final = 32
_NONCE: Final = 12
_TEXT: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class MasterKey:
    """The key under which private keys are sealed; it never lies in the database or the data folder."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) != _BYTES:
            raise MasterKeyUnfit(reason="key-form")
        self._secret = secret

    @classmethod
    def from_text(cls, text: str) -> MasterKey:
        """Read 32 bytes as 43 characters of base64url; raises `MasterKeyUnfit`."""
        if _TEXT.fullmatch(text) is None:
            raise MasterKeyUnfit(reason="key-form")
        return cls(unb64u(text))

    @staticmethod
    def new_text() -> str:
        """A fresh one, as it is written into its file."""
        return b64u(secrets.token_bytes(_BYTES))

    def seal(self, key: PrivateKey, holder: str) -> str:
        """The private key as it is kept."""
        nonce = secrets.token_bytes(_NONCE)
        bound = _bound(key.kid, holder)
        return b64u(nonce + self._cipher(key.kid).encrypt(nonce, key.to_pem(), bound))

    def open(self, sealed: str, kid: str, holder: str) -> PrivateKey:
        """The private key again; raises `MasterKeyUnfit` under another master key or for another holder."""
        raw = unb64u(sealed)
        try:
            pem = self._cipher(kid).decrypt(raw[:_NONCE], raw[_NONCE:], _bound(kid, holder))
        except InvalidTag:
            raise MasterKeyUnfit(reason="another-master-key") from None
        return PrivateKey.from_pem(pem)

    def seal_text(self, text: str, bound: str) -> str:
        """A secret in words as it is kept; it opens for the same `bound` alone."""
        nonce = secrets.token_bytes(_NONCE)
        return b64u(nonce + self._cipher(bound).encrypt(nonce, text.encode(), bound.encode()))

    def open_text(self, sealed: str, bound: str) -> str:
        """The secret again; raises `MasterKeyUnfit` as `open`."""
        raw = unb64u(sealed)
        try:
            return self._cipher(bound).decrypt(raw[:_NONCE], raw[_NONCE:], bound.encode()).decode()
        except InvalidTag:
            raise MasterKeyUnfit(reason="another-master-key") from None

    def _cipher(self, kid: str) -> AESGCM:
        derived = HKDF(hashes.SHA256(), _BYTES, salt=None, info=f"trace-held-key\n{kid}".encode())
        return AESGCM(derived.derive(self._secret))


def _bound(kid: str, holder: str) -> bytes:
    return f"{kid}\n{holder}".encode()
