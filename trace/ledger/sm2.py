"""SM2 with SM3 (GB/T 32918.2, GB/T 32905) through the system's OpenSSL 3: not wired yet, refuses clearly.

`cryptography` has no SM2; see the signing profile for the ctypes route that this module takes.
"""

from __future__ import annotations

from typing import Self

from trace.errors import AlgorithmUnavailable


def is_sm2_pem(pem: bytes) -> bool:
    """Return whether the PEM holds an SM2 key; none does while the algorithm is not wired."""
    del pem
    return False


class Sm2Signer:
    @classmethod
    def generate(cls) -> Self:
        raise AlgorithmUnavailable(alg="SM2-SM3")

    @classmethod
    def from_pem(cls, pem: bytes, password: bytes | None) -> Self:
        raise AlgorithmUnavailable(alg="SM2-SM3")

    def sign(self, message: bytes) -> bytes:
        raise AlgorithmUnavailable(alg="SM2-SM3")

    def jwk(self) -> dict[str, str]:
        raise AlgorithmUnavailable(alg="SM2-SM3")

    def pem(self, password: bytes | None) -> bytes:
        raise AlgorithmUnavailable(alg="SM2-SM3")


class Sm2Verifier:
    def __init__(self, x: bytes, y: bytes, uid: str) -> None:
        raise AlgorithmUnavailable(alg="SM2-SM3")

    def holds(self, signature: bytes, message: bytes) -> bool:
        raise AlgorithmUnavailable(alg="SM2-SM3")
