"""Detached JWS over RFC 8785: the bytes are somebody else's too, and nothing loose is accepted."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as some

from trace.errors import NotAuthentic, NotCanonical
from trace.ledger.algorithms import PrivateKey
from trace.ledger.canonical import b64u, encode
from trace.ledger.detached import canonical_bytes, read_header, sign_detached, verify_detached

KEY = PrivateKey.from_seed(bytes(32))
LEVEL = {"anchor": "https://id.example/01/1", "https://ref.gs1.org/voc/pip": [{"title": "米"}]}
NAMES = some.text(some.characters(max_codepoint=126, min_codepoint=32), max_size=20)
PLAIN = some.none() | some.booleans() | some.integers(-(2**53) + 1, 2**53 - 1) | some.text(max_size=30)
VALUES = some.recursive(
    PLAIN, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(NAMES, inner, max_size=3)
)


@given(some.dictionaries(NAMES, VALUES, max_size=4))
def test_the_bytes_are_rfc_8785(document):
    assert canonical_bytes(document) == rfc8785.dumps(document)


DEEP: list[object] = []
for _ in range(20):
    DEEP = [DEEP]


@pytest.mark.parametrize("value", [1.5, 2**53, -(2**53), {"é": 1}, {1: 1}, {"a": b"x"}, "\ud800", DEEP])
def test_what_has_no_sure_form_is_refused(value):
    with pytest.raises(NotCanonical):
        canonical_bytes({"a": value})


def test_a_signature_holds_for_its_document_and_key_alone():
    form = sign_detached(LEVEL, KEY, {"typ": "t"})
    assert verify_detached(LEVEL, form, KEY.public_key()) == {"alg": "EdDSA", "kid": KEY.kid, "typ": "t"}
    other = PrivateKey.from_seed(b"1" * 32).public_key()
    for document, key in (({**LEVEL, "anchor": "x"}, KEY.public_key()), (LEVEL, other)):
        with pytest.raises(NotAuthentic):
            verify_detached(document, form, key)


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "ES256"}, {"kid": "x"}, {"crit": ["b64"]}])
def test_the_key_decides_the_algorithm_and_no_extension_is_critical(header):
    form = sign_detached(LEVEL, KEY, {})
    said = {"alg": "EdDSA", "kid": KEY.kid, **header}
    protected = b64u(encode(said))
    signed = f"{protected}.{b64u(canonical_bytes(LEVEL))}"
    forged = {"protected": protected, "signature": b64u(KEY.sign(signed.encode()))}
    with pytest.raises(NotAuthentic):
        verify_detached(LEVEL, forged, KEY.public_key())
    with pytest.raises(NotAuthentic):
        verify_detached(LEVEL, {"protected": form["protected"]}, KEY.public_key())


def test_a_payload_beside_it_or_no_header_is_no_detached_signature():
    form = sign_detached(LEVEL, KEY, {})
    for broken in ({**form, "payload": "e30"}, {"signature": form["signature"]}, {"protected": "e"}):
        with pytest.raises(NotCanonical):
            read_header(broken)
