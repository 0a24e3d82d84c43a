"""Libraries that are not ours verify our records: JOSE (joserfc, PyJWT, jwcrypto), SD-JWT, RFC 8785."""

from __future__ import annotations

import json
import random
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
import rfc8785
from joserfc import jws as joserfc_jws
from joserfc.errors import BadSignatureError, SecurityWarning
from joserfc.jwk import ECKey, OKPKey
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from sd_jwt.common import SDObj
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from trace.ledger.algorithms import PrivateKey
from trace.ledger.canonical import JsonValue, decode, encode
from trace.ledger.disclosure import parse_disclosure
from trace.ledger.statement import TYPE, Statement, new_claims, parse_statement, sign_statement

WHEN = datetime(2026, 11, 3, 8, tzinfo=UTC)
DATA: dict[str, JsonValue] = {
    "product": "有机番茄",
    "quantity": {"value": "1250.000", "unit": "kg"},
    "buyer": {"name": "某某超市", "phone": "021-1234"},
    "price": "3.20",
}


@pytest.fixture(scope="module", params=["EdDSA", "ES256"])
def key(request) -> PrivateKey:
    return PrivateKey.generate(request.param)


def the_warning(key: PrivateKey) -> AbstractContextManager[Any]:
    """RFC 9864 deprecates the name `EdDSA`, and joserfc says so; the name is what every library reads."""
    return pytest.warns(SecurityWarning, match="EdDSA") if key.alg == "EdDSA" else nullcontext()


def signed(key: PrivateKey, **options: Any) -> Statement:
    claims = new_claims(
        "agri.harvest",
        "urn:uscc:91310115MA1H7T3L0X",
        "base-03",
        seq=1,
        prev=None,
        sub="urn:lot:x:1",
        occurred_at=WHEN,
        signed_at=WHEN,
        data=DATA,
    )
    return sign_statement(claims, key, **options)


def test_joserfc_verifies_our_statement(key):
    statement = signed(key)
    kind = OKPKey if key.alg == "EdDSA" else ECKey
    registry = joserfc_jws.JWSRegistry(algorithms=[key.alg, "Ed25519"])
    public = kind.import_key(key.public_jwk())
    with the_warning(key):
        found = joserfc_jws.deserialize_compact(statement.compact, public, registry=registry)
    assert found.payload == statement.payload
    assert public.thumbprint() == statement.kid


def test_joserfc_refuses_another_payload(key):
    statement, other = signed(key), signed(key, conceal=["price"])
    header, _, signature = statement.compact.split(".")
    forged = ".".join([header, other.compact.split(".")[1], signature])
    kind = OKPKey if key.alg == "EdDSA" else ECKey
    registry = joserfc_jws.JWSRegistry(algorithms=[key.alg])
    with the_warning(key), pytest.raises(BadSignatureError):
        joserfc_jws.deserialize_compact(forged, kind.import_key(key.public_jwk()), registry=registry)


def test_pyjwt_verifies_our_statement(key):
    statement = signed(key)
    public = jwt.PyJWK(key.public_jwk(), algorithm=key.alg)
    found = jwt.api_jws.decode_complete(statement.compact, public, algorithms=[key.alg])
    assert found["payload"] == statement.payload
    assert found["header"] == {"alg": key.alg, "kid": key.kid, "typ": TYPE}


def test_jwcrypto_verifies_our_flattened_statement(key):
    statement = signed(key, conceal=["price", "buyer.phone"])
    token = JWS()
    token.deserialize(json.dumps(statement.flattened()))
    token.verify(JWK.from_json(json.dumps(key.public_jwk())))
    assert token.payload == statement.payload


def test_pyjwt_does_not_know_the_name_that_rfc_9864_prefers():
    """So `EdDSA` is written (docs/adr/0054). Once this fails, that decision is due."""
    with pytest.raises(jwt.exceptions.PyJWKError):
        jwt.PyJWK(PrivateKey.generate("EdDSA").public_jwk(), algorithm="Ed25519")


def test_pyjwt_signs_what_we_read():
    key = PrivateKey.generate("EdDSA")
    payload = signed(key).payload
    compact = jwt.api_jws.encode(
        payload, jwt.PyJWK(_private(key)), "EdDSA", headers={"kid": key.kid, "typ": TYPE}, sort_headers=True
    )
    assert parse_statement(compact).payload == payload


def _private(key: PrivateKey) -> dict[str, str]:
    made = JWK.from_pem(key.to_pem())
    return json.loads(made.export_private())


@pytest.mark.parametrize("conceal", [(), ("price",), ("price", "buyer.phone", "quantity.value")])
def test_the_sd_jwt_library_restores_what_we_conceal(key, conceal):
    statement = signed(key, conceal=conceal, decoys=2)
    verifier = SDJWTVerifier(statement.sd_jwt(), lambda _issuer, _header: JWK(**key.public_jwk()))
    found = verifier.get_verified_payload()
    assert found["data"] == DATA == statement.revealed_data()
    bare = statement.with_disclosures(())
    hidden = SDJWTVerifier(bare.sd_jwt(), lambda _issuer, _header: JWK(**key.public_jwk()))
    assert hidden.get_verified_payload()["data"] == bare.revealed_data()


def test_we_read_the_digests_of_the_sd_jwt_library():
    """Its disclosures are JSON with spaces, which our profile refuses; the digests follow one rule."""
    issuer_key = JWK.generate(kty="EC", crv="P-256")
    issued = SDJWTIssuer({SDObj("given_name"): "John", "sub": "user_42"}, issuer_key)
    payload = json.loads(JWS.from_jose_token(issued.sd_jwt_issuance.split("~")[0]).objects["payload"])
    (disclosure,) = issued.ii_disclosures
    from trace.errors import StatementMalformed
    from trace.ledger.disclosure import disclosure_digest

    assert payload["_sd"] == [disclosure_digest(disclosure.b64)]
    with pytest.raises(StatementMalformed):
        parse_disclosure(disclosure.b64)


def a_document(source: random.Random, depth: int = 0) -> JsonValue:
    kind = source.randrange(4 if depth > 4 else 6)
    if kind == 0:
        return source.choice([None, True, False])
    if kind == 1:
        return source.randint(-(2**53) + 1, 2**53 - 1)
    if kind in {2, 3}:
        alphabet = 'aZ09"\\/\b\f\n\r\t\x00\x1f\x7f\u0080é绿溯€\u2028\uffff😀𝄞'
        return "".join(source.choice(alphabet) for _ in range(source.randrange(12)))
    if kind == 4:
        return [a_document(source, depth + 1) for _ in range(source.randrange(5))]
    names = [
        source.choice("abcXYZ_@$") + "".join(source.choice("a0_.$-Z") for _ in range(source.randrange(6)))
        for _ in range(source.randrange(6))
    ]
    return {name: a_document(source, depth + 1) for name in names}


@pytest.mark.parametrize("count", [1_000, pytest.param(100_000, marks=[pytest.mark.soak, pytest.mark.slow])])
def test_our_bytes_are_rfc_8785(count):
    source = random.Random(8785)
    for _ in range(count):
        value = a_document(source)
        raw = encode(value)
        assert raw == rfc8785.dumps(value)
        assert decode(raw) == value
