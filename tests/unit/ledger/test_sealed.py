"""Documents signed as they stand: any JOSE library agrees, and nothing else passes for them."""

from __future__ import annotations

from contextlib import nullcontext

import jwt
import pytest

from tests.builders.ledgers import a_key
from trace.errors import NotAuthentic, StatementMalformed
from trace.ledger.algorithms import PrivateKey
from trace.ledger.canonical import b64u, encode
from trace.ledger.jwk import ES256
from trace.ledger.sealed import MANIFEST, opened, seal
from trace.ledger.statement import parse_statement

PAYLOAD = '{"printer":"一号车间"}'.encode()
MORE = b64u(b'{"alg":"EdDSA","kid":"x","typ":"trace-print-manifest+jws","x":1}')


@pytest.mark.parametrize("key", [a_key(1), PrivateKey.generate(ES256)], ids=["EdDSA", "ES256"])
def test_what_is_sealed_is_opened_and_verified_also_by_an_ordinary_library(key: PrivateKey) -> None:
    compact = seal(PAYLOAD, key, MANIFEST)
    sealed = opened(f"{compact}\n", MANIFEST)
    assert (sealed.kid, sealed.alg, sealed.payload) == (key.kid, key.alg, PAYLOAD)
    sealed.verify(key.public_key())
    assert jwt.PyJWS().decode(compact, jwt.PyJWK(key.public_jwk(), key.alg), [key.alg]) == PAYLOAD


def test_another_key_or_another_byte_does_not_verify() -> None:
    key, other = a_key(1), a_key(2)
    with pytest.raises(NotAuthentic):
        opened(seal(PAYLOAD, key, MANIFEST), MANIFEST).verify(other.public_key())
    head, payload, signature = seal(PAYLOAD, key, MANIFEST).split(".")
    for wrong in (
        f"{head}.{b64u(PAYLOAD + b' ')}.{signature}",
        f"{head}.{payload}.{b64u(bytes(64))}",
        f"{head}.{payload}.{b64u(bytes(10))}",
    ):
        with pytest.raises(NotAuthentic):
            opened(wrong, MANIFEST).verify(key.public_key())


def test_the_name_of_rfc_9864_is_read_as_well_and_only_for_its_own_kind_of_key() -> None:
    for key, holds in ((a_key(1), True), (PrivateKey.generate(ES256), False)):
        head = b64u(encode({"alg": "Ed25519", "kid": key.kid, "typ": MANIFEST}))
        signed = f"{head}.{b64u(PAYLOAD)}"
        sealed = opened(f"{signed}.{b64u(key.sign(signed.encode()))}", MANIFEST)
        with nullcontext() if holds else pytest.raises(NotAuthentic):
            sealed.verify(key.public_key())


def test_a_seal_of_one_kind_is_none_of_another_nor_a_statement() -> None:
    compact = seal(PAYLOAD, a_key(1), MANIFEST)
    with pytest.raises(StatementMalformed):
        opened(compact, "trace-other+jws")
    with pytest.raises(StatementMalformed):
        parse_statement(compact)


@pytest.mark.parametrize(
    "malformed",
    [
        "",
        "a.b",
        "a.b.c.d",
        "稻.e30.e30",
        "=.e30.e30",
        f"{b64u(b'[]')}.e30.e30",
        f"{b64u(b'{}')}.e30.e30",
        f"{MORE}.e30.e30",
    ],
)
def test_what_is_no_compact_form_is_refused(malformed: str) -> None:
    with pytest.raises(StatementMalformed):
        opened(malformed, MANIFEST)
