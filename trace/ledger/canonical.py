"""Restricted JCS ("JCS-R"): the one byte form of every signed JSON value.

A profile of RFC 8785 in which canonical form needs no number formatting: objects, arrays, strings,
booleans, null and integers |n| ≤ 2^53 − 1; no floats (quantities are decimal strings); keys
`[A-Za-z_@$][A-Za-z0-9_.$-]{0,63}`; strings NFC (by `code_points`) without lone surrogates; at most 32 KiB,
at most 16 containers deep. Under these rules sorted orjson output is byte for byte RFC 8785. Also the strict
unpadded base64url of RFC 7515 §2.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import orjson

from trace.errors import NotCanonical
from trace.ledger.code_points import is_nfc

JsonScalar = str | int | bool | None
JsonValue = JsonScalar | Sequence["JsonValue"] | Mapping[str, "JsonValue"]

MAX_BYTES = 32 * 1024
MAX_DEPTH = 16
MAX_INTEGER = 2**53 - 1

_KEY = re.compile(r"[A-Za-z_@$][A-Za-z0-9_.$-]{0,63}")
_KEYS_KEPT = 4096
# To the standard alphabet; the three characters only that one has become invalid ones.
_TO_STANDARD = bytes.maketrans(b"-_+/=", b"+/!!!")
_TO_URL = bytes.maketrans(b"+/", b"-_")
# By the length beyond a multiple of four: the padding, and the last characters whose spare bits are zero.
_PADDING = (b"", b"===", b"==", b"=")
_LAST = (b"", b"", b"AQgw", b"AEIMQUYcgkosw048")
_SORTED = orjson.OPT_SORT_KEYS


def encode(value: JsonValue, *, limit: int = MAX_BYTES) -> bytes:
    """Return the JCS-R bytes of `value`; raises `NotCanonical` for what the profile has no form for."""
    _check(value, 0)
    try:
        raw = orjson.dumps(value, option=_SORTED)
    except TypeError as error:
        raise NotCanonical(reason="lone-surrogate") from error
    _check_text(raw, limit)
    return raw


def decode(raw: bytes, *, limit: int = MAX_BYTES) -> JsonValue:
    """Return the value of JCS-R bytes; raises `NotCanonical` unless encoding gives `raw` again."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise NotCanonical(reason="not-json") from error
    _check(value, 0)
    if orjson.dumps(value, option=_SORTED) != raw:
        raise NotCanonical(reason="not-the-canonical-form")
    _check_text(raw, limit)
    return value  # type: ignore[no-any-return]  # what the check lets through


def decode_object(raw: bytes, *, limit: int = MAX_BYTES) -> dict[str, JsonValue]:
    """Like `decode`, for bytes that must hold an object."""
    value = decode(raw, limit=limit)
    if type(value) is not dict:
        raise NotCanonical(reason="not-an-object")
    return value


def count_members(value: object) -> int:
    """How many members the objects of a JSON value have; raises `NotCanonical` for what has no form here."""
    _check(value, 0)
    return _members_in(value)


def _members_in(value: object) -> int:
    if type(value) is dict:
        return len(value) + sum(_members_in(each) for each in value.values())
    return sum(_members_in(each) for each in value) if type(value) is list else 0


def _check_text(raw: bytes, limit: int) -> None:
    if len(raw) > limit:
        raise NotCanonical(reason="too-long", limit=limit)
    # Every string stands between ASCII quotes, which take part in no composition: the whole text is
    # NFC exactly when each of its strings is.
    if not raw.isascii() and not is_nfc(raw.decode()):
        raise NotCanonical(reason="not-nfc")


_known_keys: set[str] = set()  # names that match; documents repeat theirs, so one set question does


def _check(value: object, depth: int) -> None:
    if type(value) is dict:
        if not _known_keys.issuperset(value):
            _check_keys(value)
        _check_members(value.values(), depth + 1)
    elif type(value) is list or type(value) is tuple:
        _check_members(value, depth + 1)
    elif type(value) is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise NotCanonical(reason="integer-too-large")
    elif type(value) is not str and type(value) is not bool and value is not None:
        raise NotCanonical(reason="float" if type(value) is float else "not-a-json-value")


def _check_members(items: Iterable[object], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise NotCanonical(reason="too-deep", limit=MAX_DEPTH)
    for item in items:
        if type(item) is not str:
            _check(item, depth)


def _check_keys(value: Collection[str]) -> None:
    for key in value:
        if type(key) is not str or _KEY.fullmatch(key) is None:
            raise NotCanonical(reason="key-pattern")
    if len(_known_keys) > _KEYS_KEPT:
        _known_keys.clear()
    _known_keys.update(value)


def b64u(raw: bytes) -> str:
    """Return unpadded base64url (RFC 7515 §2)."""
    return binascii.b2a_base64(raw, newline=False).translate(_TO_URL, b"=").decode("ascii")


def unb64u(text: str) -> bytes:
    """Return the bytes of unpadded base64url; refuses padding, other alphabets and loose trailing bits."""
    loose = len(text) % 4
    try:
        coded = text.encode("ascii")
        raw = binascii.a2b_base64(coded.translate(_TO_STANDARD) + _PADDING[loose], strict_mode=True)
    except ValueError as error:
        raise NotCanonical(reason="not-base64url") from error
    if loose and coded[-1] not in _LAST[loose]:
        raise NotCanonical(reason="not-base64url")
    return raw


def hex_digest(text: str) -> str:
    """A SHA-256 as 64 hex digits: records state one in hex or in base64url, a statement's name is one."""
    if len(text) == 64:
        return text
    return binascii.a2b_base64(text.encode("ascii").translate(_TO_STANDARD) + b"=").hex()
