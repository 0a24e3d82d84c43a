"""Detached JWS (RFC 7515 appendix F) over the canonical form (RFC 8785) of a JSON document.

The document travels on its own; whoever has it canonicalises it, puts the base64url of those bytes where the
payload was left out, and verifies with any JOSE library. Documents here hold strings, booleans, integers,
lists and objects with ASCII member names: for these, sorted orjson output is RFC 8785 to the byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import orjson

from trace.errors import NotAuthentic, NotCanonical
from trace.ledger.algorithms import PrivateKey, PublicKey
from trace.ledger.canonical import MAX_DEPTH, MAX_INTEGER, b64u, decode_object, encode, unb64u
from trace.ledger.jwk import named_algorithm

MEDIA_TYPE = "application/jose+json"


def canonical_bytes(document: Mapping[str, Any]) -> bytes:
    """The RFC 8785 bytes of a document; raises `NotCanonical` for what has no sure form here."""
    _check(document, 0)
    try:
        return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:
        raise NotCanonical(reason="lone-surrogate") from error


def sign_detached(document: Mapping[str, Any], key: PrivateKey, header: Mapping[str, Any]) -> dict[str, str]:
    """`protected` and `signature` of the flattened form (RFC 7515 §7.2.2), without a payload.

    `header` goes into the protected header beside `alg` and `kid`.
    """
    protected = b64u(encode({**header, "alg": key.alg, "kid": key.kid}))
    signed = f"{protected}.{b64u(canonical_bytes(document))}"
    return {"protected": protected, "signature": b64u(key.sign(signed.encode("ascii")))}


def read_header(form: Mapping[str, Any]) -> dict[str, Any]:
    """The protected header of a detached signature, unverified; raises `NotCanonical`."""
    protected = form.get("protected")
    if type(protected) is not str or form.get("payload") is not None:
        raise NotCanonical(reason="not-a-detached-signature")
    return cast("dict[str, Any]", decode_object(unb64u(protected)))


def verify_detached(document: Mapping[str, Any], form: Mapping[str, Any], key: PublicKey) -> dict[str, Any]:
    """The protected header, once `key` signed this document; raises `NotAuthentic`, `NotCanonical`.

    The algorithm is the key's; the header must agree with it.
    """
    header = read_header(form)
    alg = named_algorithm(header.get("alg"))
    signature = form.get("signature")
    if header.get("kid") != key.kid or alg != key.alg or type(signature) is not str or "crit" in header:
        raise NotAuthentic(kid=key.kid)
    signed = f"{form['protected']}.{b64u(canonical_bytes(document))}"
    key.verify(unb64u(signature), signed.encode("ascii"))
    return header


def _check(value: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise NotCanonical(reason="too-deep", limit=MAX_DEPTH)
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if type(name) is not str or not name.isascii():
                raise NotCanonical(reason="key-pattern")
            _check(inner, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner, depth + 1)
    elif not _is_plain(value):
        raise NotCanonical(reason="not-a-json-value")


def _is_plain(value: object) -> bool:
    if type(value) is int:
        return -MAX_INTEGER <= value <= MAX_INTEGER
    return value is None or type(value) in (str, bool)
