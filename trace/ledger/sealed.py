"""Sealed documents: compact JWS (RFC 7515) over what is no statement (docs/record-format.md §13).

The header is exactly alg, kid and a `typ` of the document's own kind, so that a signature under one kind of
document is never one under another, nor under a statement (`statement.TYPE`).
"""

from __future__ import annotations

from dataclasses import dataclass

from trace.errors import NotAuthentic, NotCanonical, StatementMalformed
from trace.ledger.algorithms import PrivateKey, PublicKey
from trace.ledger.canonical import b64u, decode_object, encode, unb64u
from trace.ledger.jwk import named_algorithm

MANIFEST = "trace-print-manifest+jws"


@dataclass(frozen=True, slots=True)
class Sealed:
    """An opened JWS: which key is said to have signed which bytes. `verify` before believing it."""

    kid: str
    alg: str
    payload: bytes
    signed: bytes
    signature: bytes

    def verify(self, key: PublicKey) -> None:
        """Return when `key` signed it; raises `NotAuthentic`."""
        if (self.kid, named_algorithm(self.alg)) != (key.kid, key.alg):
            raise NotAuthentic(kid=self.kid)
        key.verify(self.signature, self.signed)


def seal(payload: bytes, key: PrivateKey, typ: str) -> str:
    """The compact JWS of `payload`."""
    header = encode({"alg": key.alg, "kid": key.kid, "typ": typ})
    signed = f"{b64u(header)}.{b64u(payload)}"
    return f"{signed}.{b64u(key.sign(signed.encode()))}"


def opened(compact: str, typ: str) -> Sealed:
    """The parts of a compact JWS of that `typ`; raises `StatementMalformed`. Nothing is proved by it."""
    parts = compact.strip().split(".")
    if len(parts) != 3:
        raise StatementMalformed(reason="compact-form")
    try:
        header = decode_object(unb64u(parts[0]))
        payload, signature = unb64u(parts[1]), unb64u(parts[2])
    except NotCanonical as error:
        raise StatementMalformed(reason="compact-form") from error
    if header.keys() != {"alg", "kid", "typ"} or header["typ"] != typ:
        raise StatementMalformed(reason="protected-header")
    signed = f"{parts[0]}.{parts[1]}".encode()
    return Sealed(str(header["kid"]), str(header["alg"]), payload, signed, signature)
