"""Public keys as JSON Web Keys (RFC 7517, RFC 8037) and their thumbprints (RFC 7638).

Only the members that make the key are allowed, so that a key has one form. `crv: "SM2"` is private
(no registered code point); its `uid`, the signer id of GB/T 32918.2 §5.5, takes part in verification and
therefore counts as a required member of the thumbprint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from trace.errors import KeyMalformed, NotCanonical
from trace.ledger.canonical import b64u, encode, unb64u

ED25519, ES256, SM2 = "EdDSA", "ES256", "SM2-SM3"
ALGORITHMS = (ED25519, ES256, SM2)
ALSO_NAMED = {"Ed25519": ED25519}
"""Other names of an algorithm: RFC 9864 has one for the pair of algorithm and curve. Read, not written."""

_SHAPES: dict[tuple[str, str], tuple[str, frozenset[str]]] = {
    ("OKP", "Ed25519"): (ED25519, frozenset({"kty", "crv", "x"})),
    ("EC", "P-256"): (ES256, frozenset({"kty", "crv", "x", "y"})),
    ("EC", "SM2"): (SM2, frozenset({"kty", "crv", "x", "y", "uid"})),
}


def algorithm_of(jwk: Mapping[str, object]) -> str:
    """Return the one algorithm this key is for; raises `KeyMalformed` unless the members are exact."""
    if not all(isinstance(value, str) for value in jwk.values()):
        raise KeyMalformed(reason="member-not-text")
    shape = _SHAPES.get((str(jwk.get("kty")), str(jwk.get("crv"))))
    if shape is None:
        raise KeyMalformed(reason="unknown-curve")
    algorithm, members = shape
    if frozenset(jwk) != members:
        raise KeyMalformed(reason="members")
    return algorithm


def named_algorithm(alg: object) -> object:
    """What a header's `alg` means, under either of its names; anything else as it is."""
    return ALSO_NAMED.get(alg, alg) if isinstance(alg, str) else alg


def coordinate(jwk: Mapping[str, object], name: str) -> bytes:
    """Return a 32-byte coordinate; raises `KeyMalformed`."""
    try:
        raw = unb64u(str(jwk[name]))
    except NotCanonical as error:
        raise KeyMalformed(reason="not-base64url", member=name) from error
    if len(raw) != 32:
        raise KeyMalformed(reason="length", member=name)
    return raw


def thumbprint(jwk: Mapping[str, object]) -> str:
    """Return the RFC 7638 SHA-256 thumbprint, 43 characters: the `kid` of the key."""
    algorithm_of(jwk)
    return b64u(hashlib.sha256(encode({name: str(value) for name, value in jwk.items()})).digest())
