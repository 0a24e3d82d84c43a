"""SM2-SM3 through the system's OpenSSL 3; skipped with a reason where there is none, in CI a failure."""

from __future__ import annotations

from base64 import b64decode, encodebytes
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.builders.ledgers import START
from tests.conftest import CI
from trace.errors import (
    AlgorithmNotEnabled,
    AlgorithmUnavailable,
    KeyFileUnreadable,
    KeyMalformed,
    NotAuthentic,
)
from trace.ledger.algorithms import DEFAULT_ALGORITHMS, PrivateKey, PublicKey
from trace.ledger.keys import parse_registration, registration_data
from trace.ledger.sm2 import DEFAULT_UID, Sm2Signer, Sm2Verifier, load_library
from trace.ledger.statement import new_claims, parse_statement, sign_statement, verify_statement

ON = DEFAULT_ALGORITHMS | {"SM2-SM3"}


@pytest.fixture(scope="module", autouse=True)
def library() -> None:
    try:
        load_library()
    except AlgorithmUnavailable:
        reason = "libcrypto.so.3 of OpenSSL 3 is missing (Debian: apt-get install libssl3); SM2 did not run"
        if CI:
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="module")
def key() -> PrivateKey:
    return PrivateKey.generate("SM2-SM3", enabled=ON)


def test_a_key_signs_and_its_public_half_verifies(key):
    public = PublicKey.from_jwk(key.public_jwk(), enabled=ON)
    assert (key.alg, public.kid, public.jwk["uid"]) == ("SM2-SM3", key.kid, DEFAULT_UID)
    signature = key.sign(b"record")
    assert len(signature) == 64
    public.verify(signature, b"record")
    for wrong in (bytes(64), key.sign(b"other"), signature[::-1], signature[:-1]):
        with pytest.raises(NotAuthentic):
            public.verify(wrong, b"record")


def test_the_signer_id_takes_part(key):
    other = PublicKey.from_jwk(key.public_jwk() | {"uid": ""}, enabled=ON)
    assert other.kid != key.kid
    with pytest.raises(NotAuthentic):
        other.verify(key.sign(b"record"), b"record")
    empty = PrivateKey(Sm2Signer.generate(uid=""))
    empty.public_key().verify(empty.sign(b"record"), b"record")
    with pytest.raises(KeyMalformed, match="signer-id"):
        Sm2Signer.generate(uid="x" * 9_000).sign(b"record")  # GB/T 32918.2 §5.5: its length has 16 bits


def test_it_is_off_unless_it_is_switched_on(key):
    with pytest.raises(AlgorithmNotEnabled):
        PrivateKey.generate("SM2-SM3")
    with pytest.raises(AlgorithmNotEnabled):
        PublicKey.from_jwk(key.public_jwk())
    with pytest.raises(AlgorithmNotEnabled):
        PrivateKey.from_pem(key.to_pem())


def test_without_the_library_it_is_refused_clearly():
    with pytest.raises(AlgorithmUnavailable):
        load_library("libcrypto-of-nobody.so.9")
    with pytest.raises(AlgorithmUnavailable):
        load_library("libc.so.6")


@pytest.mark.parametrize("password", [None, b"correct horse"])
def test_a_key_file_opens_with_its_password_only(key, password):
    pem = key.to_pem(password)
    assert PrivateKey.from_pem(pem, password, enabled=ON).kid == key.kid
    if password:
        assert b"ENCRYPTED" in pem
        for wrong in (None, b"wrong"):
            with pytest.raises(KeyFileUnreadable):
                PrivateKey.from_pem(pem, wrong, enabled=ON)


def test_other_files_are_refused():
    with pytest.raises(KeyFileUnreadable, match="wrong-form"):
        Sm2Signer.from_pem(b"not a key", None)
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(KeyFileUnreadable, match="other-algorithm"):
        Sm2Signer.from_pem(other, None)


def test_a_point_off_the_curve_is_no_key(key):
    jwk = key.public_jwk()
    with pytest.raises(KeyMalformed, match="not-on-curve"):
        PublicKey.from_jwk(jwk | {"y": jwk["x"]}, enabled=ON)
    with pytest.raises(KeyMalformed, match="not-on-curve"):
        Sm2Verifier(bytes(32), bytes(32), "")


def test_a_statement_is_signed_registered_and_verified(key):
    claims = new_claims(
        "food.split", "urn:x", "s", seq=1, prev=None, sub="l", occurred_at=START, signed_at=START, data={}
    )
    statement = parse_statement(sign_statement(claims, key).compact)
    assert statement.alg == "SM2-SM3"
    verify_statement(statement, key.public_key())
    data = registration_data(
        key,
        "urn:x",
        "某单位",
        roles=["processor"],
        streams=["*"],
        custody="ukey",
        valid_from=START,
        valid_to=START + timedelta(days=1),
    )
    assert parse_registration(data, 1, "o", enabled=ON).alg == "SM2-SM3"
    with pytest.raises(AlgorithmNotEnabled):
        parse_registration(data, 1, "o")


def test_a_key_file_with_a_compressed_point_is_refused(key):
    """OpenSSL keeps the form of the point that the file has; the JWK needs both coordinates."""
    der = b64decode(b"".join(key.to_pem().splitlines()[1:-1]))
    scalar, x, odd = der[36:68], der[-64:-32], der[-1] & 1
    inner = bytes.fromhex("0201010420") + scalar + bytes.fromhex("a124032200") + bytes([2 + odd]) + x
    short = bytes.fromhex("3067020100") + der[6:27] + bytes.fromhex("044d304b") + inner
    pem = b"-----BEGIN PRIVATE KEY-----\n" + encodebytes(short) + b"-----END PRIVATE KEY-----\n"
    signer = Sm2Signer.from_pem(pem, None)
    with pytest.raises(KeyFileUnreadable, match="compressed-point"):
        signer.jwk()
