"""Shape checks of what farms send: flattened JWS, feed items, trace-bundle/1; no signatures yet.

`EvidenceMalformed` carries the path and what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from trace.errors.exchange import EvidenceMalformed
from trace.exchange.farm.pages import FeedItem
from trace.ledger.bundle import parse_bundle

_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]+")
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{22}")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_JWS: Final = frozenset({"protected", "payload", "signature"})
_LONGEST_PAYLOAD: Final = 48 * 1024  # 32 KiB (docs/record-format.md §2) in base64url, rounded up
_LONGEST_PROOF: Final = 64


def flattened_jws(value: object, path: str) -> Mapping[str, object]:
    """{"protected", "payload", "signature"[, "header": {"disclosures": […]}]}."""
    jws = members(value, path)
    if not _JWS <= set(jws) <= {*_JWS, "header"}:
        raise EvidenceMalformed(path=path, expected="protected, payload, signature, header")
    for name in sorted(_JWS):
        text = jws[name]
        if not isinstance(text, str) or len(text) > _LONGEST_PAYLOAD or _BASE64URL.fullmatch(text) is None:
            raise EvidenceMalformed(path=f"{path}.{name}", expected="base64url")
    if "header" in jws:
        header = members(jws["header"], f"{path}.header")
        if set(header) - {"disclosures"}:
            raise EvidenceMalformed(path=f"{path}.header", expected="disclosures only")
        texts(header.get("disclosures", []), f"{path}.header.disclosures", _BASE64URL)
    return jws


def feed_item(value: object, path: str) -> FeedItem:
    """An item of a feed: {"jws", "leaf", "log", "index", "proof", "under"?, "secret"?}; others are unread."""
    item = members(value, path)
    jws = flattened_jws(item.get("jws"), f"{path}.jws")
    log, index, leaf = item.get("log"), item.get("index"), item.get("leaf")
    if not isinstance(log, str) or not 0 < len(log) <= 200:
        raise EvidenceMalformed(path=f"{path}.log", expected="origin of the log")
    if type(index) is not int or not 0 <= index < 2**53:
        raise EvidenceMalformed(path=f"{path}.index", expected="index in the log")
    if not isinstance(leaf, str) or not 0 < len(leaf) <= 4096:
        raise EvidenceMalformed(path=f"{path}.leaf", expected="leaf text")
    under, secret = item.get("under"), item.get("secret")
    if under is not None and (type(under) is not int or not 0 < under < 2**53):
        raise EvidenceMalformed(path=f"{path}.under", expected="size of a checkpoint")
    if secret is not None and (not isinstance(secret, str) or _SECRET.fullmatch(secret) is None):
        raise EvidenceMalformed(path=f"{path}.secret", expected="22 characters of base64url")
    return FeedItem(jws, log, index, leaf, _proof(item.get("proof"), f"{path}.proof"), under, secret)


def bundle(value: object, path: str = "$") -> Mapping[str, object]:
    """A trace-bundle/1 by the ledger's own reader (raises its `BundleMalformed`), and each JWS."""
    whole = members(value, path)
    for place, entry in enumerate(parse_bundle(whole).entries):
        if entry.jws is not None:
            flattened_jws(entry.jws, f"{path}.statements[{place}].jws")
    return whole


def members(value: object, path: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise EvidenceMalformed(path=path, expected="object")
    return value


def texts(value: object, path: str, form: re.Pattern[str]) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise EvidenceMalformed(path=path, expected="list of texts")
    for place, text in enumerate(value):
        if not isinstance(text, str) or len(text) > _LONGEST_PAYLOAD or form.fullmatch(text) is None:
            raise EvidenceMalformed(path=f"{path}[{place}]", expected="text in base64")
    return tuple(value)


def _proof(value: object, path: str) -> tuple[str, ...]:
    hashes = texts(value, path, _BASE64)
    if len(hashes) > _LONGEST_PROOF:
        raise EvidenceMalformed(path=path, expected=f"at most {_LONGEST_PROOF} hashes")
    return hashes
