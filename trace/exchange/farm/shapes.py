"""The shapes of what farms send: flattened JWS, feed items, trace-bundle/1. Signatures are not checked here.

`EvidenceMalformed` carries the path and what was expected. Members we do not know are refused in a JWS and
kept in a bundle, whose format may grow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from trace.errors.exchange import EvidenceMalformed
from trace.exchange.farm.pages import FeedItem

FORMAT: Final = "trace-bundle/1"
MOST_STATEMENTS: Final = 5_000

_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]+")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_JWS: Final = frozenset({"protected", "payload", "signature"})
_LONGEST_PAYLOAD: Final = 48 * 1024  # 32 KiB (signing.md §3.2) in base64url, rounded up
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
    """An item of a feed: {"jws", "leaf", "log", "index", "proof", …}; more members are let through unread."""
    item = members(value, path)
    jws = flattened_jws(item.get("jws"), f"{path}.jws")
    log, index, leaf = item.get("log"), item.get("index"), item.get("leaf")
    if not isinstance(log, str) or not 0 < len(log) <= 200:
        raise EvidenceMalformed(path=f"{path}.log", expected="origin of the log")
    if type(index) is not int or not 0 <= index < 2**53:
        raise EvidenceMalformed(path=f"{path}.index", expected="index in the log")
    if not isinstance(leaf, str) or not 0 < len(leaf) <= 4096:
        raise EvidenceMalformed(path=f"{path}.leaf", expected="leaf text")
    return FeedItem(jws, log, index, leaf, _proof(item.get("proof"), f"{path}.proof"))


def bundle(value: object, path: str = "$") -> Mapping[str, object]:
    """A trace-bundle/1 whose statements and logs have the right form."""
    whole = members(value, path)
    if whole.get("format") != FORMAT:
        raise EvidenceMalformed(path=f"{path}.format", expected=FORMAT)
    logs = whole.get("logs")
    if not isinstance(logs, list) or not logs:
        raise EvidenceMalformed(path=f"{path}.logs", expected="list of logs")
    for place, log in enumerate(logs):
        if not isinstance(members(log, f"{path}.logs[{place}]").get("checkpoint"), str):
            raise EvidenceMalformed(path=f"{path}.logs[{place}].checkpoint", expected="signed note")
    statements = whole.get("statements")
    if not isinstance(statements, list) or not 0 < len(statements) <= MOST_STATEMENTS:
        raise EvidenceMalformed(path=f"{path}.statements", expected=f"1 to {MOST_STATEMENTS} statements")
    for place, statement in enumerate(statements):
        _bundled(statement, f"{path}.statements[{place}]", len(logs))
    return whole


def _bundled(value: object, path: str, logs: int) -> None:
    statement = members(value, path)
    flattened_jws(statement.get("jws"), f"{path}.jws")
    log, index = statement.get("log"), statement.get("index")
    if type(log) is not int or not 0 <= log < logs:
        raise EvidenceMalformed(path=f"{path}.log", expected="place in logs")
    if type(index) is not int or not 0 <= index < 2**53:
        raise EvidenceMalformed(path=f"{path}.index", expected="index in the log")
    if not isinstance(statement.get("leaf"), str):
        raise EvidenceMalformed(path=f"{path}.leaf", expected="leaf text")
    _proof(statement.get("proof"), f"{path}.proof")


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
