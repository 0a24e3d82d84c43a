from __future__ import annotations

from hashlib import sha512

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from trace.errors import AlgorithmNotEnabled, KeyFileUnreadable, KeyMalformed, NotAuthentic
from trace.ledger import edwards
from trace.ledger.algorithms import PrivateKey, PublicKey
from trace.ledger.canonical import b64u
from trace.ledger.edwards import is_prime_order
from trace.ledger.jwk import thumbprint

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def pem_of(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize("alg", ["EdDSA", "ES256"])
def test_a_key_signs_and_its_public_half_verifies(alg):
    key = PrivateKey.generate(alg)
    public = PublicKey.from_jwk(key.public_jwk())
    assert (public.alg, public.kid, public.jwk) == (alg, key.kid, key.public_jwk())
    signature = key.sign(b"record")
    assert len(signature) == 64
    public.verify(signature, b"record")
    for wrong in (signature[:-1], bytes(64), key.sign(b"other")):
        with pytest.raises(NotAuthentic):
            public.verify(wrong, b"record")


@pytest.mark.parametrize("alg", ["EdDSA", "ES256"])
@pytest.mark.parametrize("password", [None, b"correct horse"])
def test_a_key_file_opens_with_its_password_only(alg, password):
    key = PrivateKey.generate(alg)
    pem = key.to_pem(password)
    assert PrivateKey.from_pem(pem, password).kid == key.kid
    with pytest.raises(KeyFileUnreadable):
        PrivateKey.from_pem(pem, b"wrong")
    if password:
        assert b"ENCRYPTED" in pem
        with pytest.raises(KeyFileUnreadable):
            PrivateKey.from_pem(pem)


def test_other_files_and_algorithms_are_refused():
    with pytest.raises(KeyFileUnreadable):
        PrivateKey.from_pem(b"not a key")
    with pytest.raises(KeyFileUnreadable, match="other-algorithm"):
        PrivateKey.from_pem(pem_of(rsa.generate_private_key(65537, 2048)))
    with pytest.raises(KeyFileUnreadable, match="other-algorithm"):
        PrivateKey.from_pem(pem_of(ec.generate_private_key(ec.SECP384R1())))
    for alg in ("SM2-SM3", "RS256", "none"):
        with pytest.raises(AlgorithmNotEnabled):
            PrivateKey.generate(alg)


def test_only_the_smaller_of_two_ecdsa_signatures_counts():
    key = PrivateKey.generate("ES256")
    for number in range(20):
        message = str(number).encode()
        signature = key.sign(message)
        s = int.from_bytes(signature[32:], "big")
        assert s <= P256_ORDER // 2
        high = signature[:32] + (P256_ORDER - s).to_bytes(32, "big")
        with pytest.raises(NotAuthentic):
            key.public_key().verify(high, message)


def test_rfc_8037_thumbprint():
    jwk = {"crv": "Ed25519", "kty": "OKP", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert thumbprint(jwk) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


GOOD = PrivateKey.from_seed(bytes(31) + b"\x01").public_jwk()
P256 = PrivateKey.generate("ES256").public_jwk()


@pytest.mark.parametrize(
    ("jwk", "reason"),
    [
        ({}, "unknown-curve"),
        ({**GOOD, "crv": "Ed448"}, "unknown-curve"),
        ({**GOOD, "d": "secret"}, "members"),
        ({**GOOD, "kid": "x"}, "members"),
        ({"kty": "OKP", "crv": "Ed25519"}, "members"),
        ({**GOOD, "x": 1}, "member-not-text"),
        ({**GOOD, "x": GOOD["x"] + "="}, "not-base64url"),
        ({**GOOD, "x": "AAAA"}, "length"),
        ({**GOOD, "x": b64u(bytes(32))}, "not-prime-order"),
        ({**P256, "y": P256["x"]}, "not-on-curve"),
    ],
)
def test_unusable_keys_are_refused(jwk, reason):
    with pytest.raises(KeyMalformed) as refusal:
        PublicKey.from_jwk(jwk)
    assert refusal.value.params["reason"] == reason


P = 2**255 - 19


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        bytes(33),
        (1).to_bytes(32, "little"),  # neutral element
        (P - 1).to_bytes(32, "little"),  # order 2
        bytes(32),  # order 4
        (P + 1).to_bytes(32, "little"),  # not canonical
        (1 | 1 << 255).to_bytes(32, "little"),  # x = 0 with the sign bit
        (2).to_bytes(32, "little"),  # not on the curve
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),  # order 8
    ],
)
def test_points_that_verifiers_disagree_on_are_no_keys(encoded):
    assert not is_prime_order(encoded)


def test_every_generated_point_is_of_prime_order():
    for number in range(5):
        raw = PrivateKey.from_seed(bytes([number]) * 32).public_jwk()["x"]
        assert PublicKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": raw}).alg == "EdDSA"


def test_a_signature_whose_r_is_the_neutral_element_is_refused() -> None:
    key = PublicKey.from_jwk(PrivateKey.generate().public_jwk())
    neutral = (1).to_bytes(32, "little")
    with pytest.raises(NotAuthentic):
        key.verify(neutral + bytes(32), b"a message")


def encoded(point: edwards.Point) -> bytes:
    x, y, z, _ = point
    one = pow(z, -1, edwards._P)
    return (y * one % edwards._P | (x * one % edwards._P & 1) << 255).to_bytes(32, "little")


@pytest.mark.parametrize("times", range(8))
def test_a_signature_counts_without_the_cofactor(times):
    """Verifiers that multiply by it take an R with a part of small order, which browsers refuse."""
    base_y = 4 * pow(5, -1, edwards._P) % edwards._P
    base = edwards._decode(base_y.to_bytes(32, "little"))
    on_the_curve = edwards._decode(sha512(b"6").digest()[:31] + b"\0")
    of_order_8 = edwards._times(edwards._L, on_the_curve)
    assert not edwards._is_identity(edwards._times(4, of_order_8))
    seed = bytes(range(32))
    secret = int.from_bytes(sha512(seed).digest()[:32], "little") & (1 << 254) - 8 | 1 << 254
    key = PrivateKey.from_seed(seed).public_key()
    point = encoded(edwards._times(secret, base))
    assert key.jwk["x"] == b64u(point)
    chosen = 123456789
    commitment = edwards._add(edwards._times(chosen, base), edwards._times(times, of_order_8))
    head = encoded(commitment)
    challenge = int.from_bytes(sha512(head + point + b"record").digest(), "little")
    response = (chosen + challenge * secret) % edwards._L
    signature = head + response.to_bytes(32, "little")
    if times == 0:
        key.verify(signature, b"record")
    else:
        with pytest.raises(NotAuthentic):
            key.verify(signature, b"record")
