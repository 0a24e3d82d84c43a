"""Encrypted key files (PKCS #8 with PBES2, RFC 8018): AES-256 under PBKDF2-HMAC-SHA256 of 600,000 rounds.

Left to themselves libraries write 2,048 rounds, which a graphics card tries by the million. What is written
here opens with every library that reads PBES2; files with fewer rounds go on opening.
"""

from __future__ import annotations

import base64
import re
import secrets
from hashlib import pbkdf2_hmac
from typing import Final

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

ROUNDS: Final = 600_000
_SEQUENCE, _OCTETS, _INTEGER, _NULL = 0x30, 0x04, 0x02, b"\x05\x00"
# Object identifiers, as DER: PBES2, PBKDF2, hmacWithSHA256 (RFC 8018), aes256-CBC (NIST).
_PBES2: Final = bytes.fromhex("06092a864886f70d01050d")
_PBKDF2: Final = bytes.fromhex("06092a864886f70d01050c")
_HMAC_SHA256: Final = bytes.fromhex("06082a864886f70d0209")
_AES_256_CBC: Final = bytes.fromhex("060960864801650304012a")
_PEM: Final = re.compile(rb"-----BEGIN PRIVATE KEY-----(.+)-----END PRIVATE KEY-----", re.DOTALL)


def encrypted(pem: bytes, password: bytes) -> bytes:
    """The PEM of an encrypted key from that of a plain one; raises ValueError for what is no plain key."""
    found = _PEM.search(pem)
    if found is None:
        raise ValueError("no plain PKCS #8 key")
    salt, start = secrets.token_bytes(16), secrets.token_bytes(16)
    key = pbkdf2_hmac("sha256", password, salt, ROUNDS, 32)
    padder = padding.PKCS7(128).padder()
    plain = padder.update(base64.b64decode(found[1])) + padder.finalize()
    cipher = Cipher(AES(key), CBC(start)).encryptor()
    hidden = cipher.update(plain) + cipher.finalize()
    rounds = _der(_INTEGER, ROUNDS.to_bytes(3, "big"))
    function = _der(_SEQUENCE, _HMAC_SHA256 + _NULL)
    derivation = _der(_SEQUENCE, _PBKDF2 + _der(_SEQUENCE, _der(_OCTETS, salt) + rounds + function))
    scheme = _der(_SEQUENCE, _AES_256_CBC + _der(_OCTETS, start))
    algorithm = _der(_SEQUENCE, _PBES2 + _der(_SEQUENCE, derivation + scheme))
    text = base64.b64encode(_der(_SEQUENCE, algorithm + _der(_OCTETS, hidden)))
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    head, foot = b"-----BEGIN ENCRYPTED PRIVATE KEY-----", b"-----END ENCRYPTED PRIVATE KEY-----"
    return b"\n".join([head, *lines, foot, b""])


def _der(tag: int, content: bytes) -> bytes:
    """One value of DER."""
    size = len(content)
    digits = (size.bit_length() + 7) // 8  # DER wants the shortest form
    length = bytes([size]) if size < 0x80 else bytes([0x80 | digits]) + size.to_bytes(digits, "big")
    return bytes([tag]) + length + content
