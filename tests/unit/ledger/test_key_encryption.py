"""Encrypted key files: many rounds, opened by another library than the one that wrote them."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives import serialization

from trace.ledger.algorithms import PrivateKey
from trace.ledger.key_encryption import ROUNDS, encrypted


def test_a_key_file_costs_whoever_guesses_600_000_rounds_a_guess() -> None:
    pem = PrivateKey.generate().to_pem(b"correct horse")
    der = base64.b64decode(b"".join(pem.splitlines()[1:-1]))
    assert ROUNDS == 600_000
    assert bytes([0x02, 3]) + ROUNDS.to_bytes(3, "big") in der
    assert serialization.load_pem_private_key(pem, b"correct horse") is not None
    with pytest.raises(ValueError, match=r"(?i)password|decrypt"):
        serialization.load_pem_private_key(pem, b"wrong horse")


def test_a_file_with_few_rounds_still_opens() -> None:
    key = PrivateKey.generate()
    plain = serialization.load_pem_private_key(key.to_pem(), None)
    old = plain.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"correct horse"),
    )
    assert PrivateKey.from_pem(old, b"correct horse").kid == key.kid


def test_long_keys_and_what_is_no_key() -> None:
    long = b"-----BEGIN PRIVATE KEY-----\n" + base64.b64encode(bytes(300)) + b"\n-----END PRIVATE KEY-----\n"
    assert b"ENCRYPTED" in encrypted(long, b"x")
    with pytest.raises(ValueError, match="PKCS #8"):
        encrypted(b"-----BEGIN PUBLIC KEY-----", b"x")
