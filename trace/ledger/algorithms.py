"""Signing keys and the algorithms they are for: EdDSA, ES256, and SM2-SM3 where it is switched on.

A key carries its algorithm; what a message claims about it is never asked. Signatures are 64 raw bytes
(RFC 8037 §3.1, RFC 7518 §3.4). ES256 signatures are low-S both ways: of the two values that verify, only
the smaller one counts, so that nobody can turn a statement into a second one with another id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from trace.errors import AlgorithmNotEnabled, KeyFileUnreadable, KeyMalformed, NotAuthentic
from trace.ledger import sm2
from trace.ledger.canonical import b64u
from trace.ledger.edwards import is_prime_order
from trace.ledger.jwk import ALGORITHMS, ED25519, ES256, SM2, algorithm_of, coordinate, thumbprint
from trace.ledger.key_encryption import encrypted

DEFAULT_ALGORITHMS: frozenset[str] = frozenset({ED25519, ES256})
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_NEUTRAL = b"\x01" + bytes(31)
_ECDSA = ec.ECDSA(hashes.SHA256())


class _Signer(Protocol):
    def sign(self, message: bytes) -> bytes: ...
    def jwk(self) -> dict[str, str]: ...
    def pem(self, password: bytes | None) -> bytes: ...


class _Verifier(Protocol):
    def holds(self, signature: bytes, message: bytes) -> bool: ...


class PrivateKey:
    """A signing key with its `alg`, its `kid` (thumbprint) and its public JWK."""

    __slots__ = ("_jwk", "_signer", "alg", "kid")

    def __init__(self, signer: _Signer) -> None:
        self._signer = signer
        self._jwk = signer.jwk()
        self.alg = algorithm_of(self._jwk)
        self.kid = thumbprint(self._jwk)

    @classmethod
    def generate(cls, alg: str = ED25519, *, enabled: frozenset[str] = DEFAULT_ALGORITHMS) -> Self:
        """Make a new key; raises `AlgorithmNotEnabled` for an algorithm that is off or unknown."""
        _require_enabled(alg, enabled)
        if alg == ED25519:
            return cls(_Ed25519Signer(ed25519.Ed25519PrivateKey.generate()))
        if alg == ES256:
            return cls(_P256Signer(ec.generate_private_key(ec.SECP256R1())))
        return cls(sm2.Sm2Signer.generate())

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """Make the Ed25519 key of a 32-byte seed (RFC 8032 §5.1.5)."""
        return cls(_Ed25519Signer(ed25519.Ed25519PrivateKey.from_private_bytes(seed)))

    @classmethod
    def from_pem(
        cls, pem: bytes, password: bytes | None = None, *, enabled: frozenset[str] = DEFAULT_ALGORITHMS
    ) -> Self:
        """Open a PKCS#8 key file; raises `KeyFileUnreadable`, `AlgorithmNotEnabled`."""
        try:
            key = serialization.load_pem_private_key(pem, password)
        except UnsupportedAlgorithm:
            # `cryptography` opens the file and does not know its curve: SM2, or else refused below.
            _require_enabled(SM2, enabled)
            return cls(sm2.Sm2Signer.from_pem(pem, password))
        except (ValueError, TypeError) as error:
            raise KeyFileUnreadable(reason="wrong-form-or-password") from error
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return cls(_Ed25519Signer(key))
        if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
            return cls(_P256Signer(key))
        raise KeyFileUnreadable(reason="other-algorithm")

    def to_pem(self, password: bytes | None = None) -> bytes:
        """Return PKCS#8 PEM, encrypted when a password is given."""
        return self._signer.pem(password)

    def public_jwk(self) -> dict[str, str]:
        return dict(self._jwk)

    def public_key(self) -> PublicKey:
        return PublicKey.from_jwk(self._jwk, enabled=frozenset(ALGORITHMS))

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature."""
        return self._signer.sign(message)


class PublicKey:
    """A verification key: `alg`, `kid`, `jwk`."""

    __slots__ = ("_verifier", "alg", "jwk", "kid")

    def __init__(self, jwk: Mapping[str, object], verifier: _Verifier) -> None:
        self._verifier = verifier
        self.jwk: dict[str, str] = {name: str(value) for name, value in jwk.items()}
        self.alg = algorithm_of(jwk)
        self.kid = thumbprint(jwk)

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, object], *, enabled: frozenset[str] = DEFAULT_ALGORITHMS) -> Self:
        """Read a JWK; raises `KeyMalformed`, `AlgorithmNotEnabled`, `AlgorithmUnavailable`."""
        alg = algorithm_of(jwk)
        _require_enabled(alg, enabled)
        if alg == ED25519:
            return cls(jwk, _Ed25519Verifier(coordinate(jwk, "x")))
        x, y = coordinate(jwk, "x"), coordinate(jwk, "y")
        if alg == ES256:
            return cls(jwk, _P256Verifier(x, y))
        return cls(jwk, sm2.Sm2Verifier(x, y, str(jwk["uid"])))

    def verify(self, signature: bytes, message: bytes) -> None:
        """Return when the signature is this key's; raises `NotAuthentic` otherwise."""
        if len(signature) != 64 or not self._verifier.holds(signature, message):
            raise NotAuthentic(kid=self.kid)


def _require_enabled(alg: str, enabled: frozenset[str]) -> None:
    if alg not in ALGORITHMS or alg not in enabled:
        raise AlgorithmNotEnabled(alg=alg)


def _pkcs8(key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey, password: bytes | None) -> bytes:
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return encrypted(plain, password) if password else plain


class _Ed25519Signer:
    def __init__(self, key: ed25519.Ed25519PrivateKey) -> None:
        self._key = key

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)

    def jwk(self) -> dict[str, str]:
        return {"crv": "Ed25519", "kty": "OKP", "x": b64u(self._key.public_key().public_bytes_raw())}

    def pem(self, password: bytes | None) -> bytes:
        return _pkcs8(self._key, password)


class _Ed25519Verifier:
    def __init__(self, point: bytes) -> None:
        if not is_prime_order(point):
            raise KeyMalformed(reason="not-prime-order")
        self._key = ed25519.Ed25519PublicKey.from_public_bytes(point)

    def holds(self, signature: bytes, message: bytes) -> bool:
        # With a key of prime order the neutral element is the one R left on which verifiers disagree
        # (libsodium refuses it); no honest signer makes it.
        if signature[:32] == _NEUTRAL:
            return False
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


class _P256Signer:
    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self._key.sign(message, _ECDSA))
        return r.to_bytes(32, "big") + min(s, _P256_ORDER - s).to_bytes(32, "big")

    def jwk(self) -> dict[str, str]:
        numbers = self._key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        return {"crv": "P-256", "kty": "EC", "x": b64u(x), "y": b64u(y)}

    def pem(self, password: bytes | None) -> bytes:
        return _pkcs8(self._key, password)


class _P256Verifier:
    def __init__(self, x: bytes, y: bytes) -> None:
        numbers = ec.EllipticCurvePublicNumbers(
            int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP256R1()
        )
        try:
            self._key = numbers.public_key()
        except ValueError as error:
            raise KeyMalformed(reason="not-on-curve") from error

    def holds(self, signature: bytes, message: bytes) -> bool:
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        if s > _P256_ORDER // 2:
            return False
        try:
            self._key.verify(encode_dss_signature(r, s), message, _ECDSA)
        except InvalidSignature:
            return False
        return True
