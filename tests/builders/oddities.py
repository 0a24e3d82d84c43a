"""Odd numbers, times, texts and names, and JSON text that need not be JSON."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import orjson

DIGEST = "A" * 43
NUMBERS = ("0", "1", "-1", "-0", "01", "1.0", "1e0", "1E2", "10e-1", "0.1", "1e400", "9007199254740991")
NUMBERS += (
    "9007199254740992",
    "9007199254740993",
    "-9007199254740993",
    "1" * 30,
    "NaN",
    "Infinity",
    "+1",
    "0x1",
)
TIMES = (
    *(
        "2026-10-01T04:00:00Z",
        "2026-10-01T12:00:00+08:00",
        "2026-10-01T04:00:00.5Z",
        "2026-10-01T04:00:00.123456Z",
    ),
    *(
        "2026-10-01T04:00:00.1234567Z",
        "2026-10-01T04:00:00.Z",
        "2026-10-01T04:00:60Z",
        "2026-12-31T23:59:60Z",
    ),
    *(
        "2026-10-01T24:00:00Z",
        "2026-10-01T04:60:00Z",
        "2026-10-01T04:00:00-00:00",
        "2026-10-01T04:00:00+24:00",
    ),
    *(
        "2026-10-01T04:00:00+23:59",
        "2026-10-01T04:00:00+05:75",
        "2026-10-01T04:00:00+0800",
        "2026-10-01T04:00:00",
    ),
    *(
        "2026-10-01 04:00:00Z",
        "2026-10-01t04:00:00z",
        "2026-10-01",
        "20261001T040000Z",
        "2026-W40-4",
        "2026-274",
    ),
    *(
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59.999999Z",
    ),
    *("9999-12-31T23:59:59-14:00", "2024-02-29T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z"),
    *("2000-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-10-00T00:00:00Z"),
    *("2026-10-01T04:00:00Z\n", " 2026-10-01T04:00:00Z", "２０２６-10-01T04:00:00Z", "٢٠٢٦-10-01T04:00:00Z"),
    *(
        "1969-12-31T23:59:59.999999Z",
        "1583-01-01T00:00:00Z",
        "-2026-10-01T04:00:00Z",
        "+02026-10-01T04:00:00Z",
    ),
)
TEXTS = (
    *(
        "",
        " ",
        "\n",
        "\t",
        "\x00",
        "\x1f",
        "\x7f",
        "\x85",
        "\u2028",
        "\u2029",
        "\ufeff",
        "\ufffd",
        "\ufffe",
        "\uffff",
    ),
    *(
        "é",
        "e\u0301",
        "\u0301",
        "a\u0323\u0307",
        "a\u0307\u0323",
        "\u212b",
        "\u00c5",
        "\u1e9b\u0323",
        "\u0344",
    ),
    *("\u1100\u1161\u11a8", "\uac01", "\uac00\u11a8", "\u0958", "\u0915\u093c", "\u2adc", "\u2add\u0338"),
    *("\U00020000", "\U0002ebf0", "\U0002ee5d", "\U00031350", "\U000323b0", "\U0003fffd", "\U0002ffff"),
    *("\U0002f800", "\U0002fa1d", "\U0002fa1e", "\uf900", "\ufa10", "豈", "㌀", "ﬁ", "\ufb2a", "\U0001d15e"),
    *(
        "\U00011f42\u0323",
        "\u0323\U00011f42",
        "\u0323\U0001e4ec",
        "\U0001e4ec\u0323",
        "\U000105d2\u0307",
        "\U0001fae9",
    ),
    *("\u0897\u0323", "\u0323\u0897", "\U00016d67\U00016d67", "\U00016121\U0001611e", "\u1ac1", "\U0001f6d8"),
    *(
        "\u200e",
        "\u202e",
        "\u2066",
        "\U0010ffff",
        "\U000e0001",
        "\ue000",
        "\U0001f469\u200d\U0001f33e",
        "𝒳",
        "ｆ",
    ),
    *(
        "A" * 22,
        "A" * 21 + "B",
        "A" * 43,
        "A" * 42 + "B",
        "A" * 42 + "é",
        "A" * 44,
        "\U00020000" * 43,
        "😀" * 21 + "a",
    ),
    *(
        "x" * 128,
        "x" * 129,
        "y" * 256,
        "y" * 257,
        "\U00020000" * 256,
        "\U00020000" * 257,
        "../..",
        "urn:lot:x:y",
    ),
    *(
        "EdDSA",
        "Ed25519",
        "ES256",
        "SM2-SM3",
        "none",
        "HS256",
        "trace+sd-jwt",
        "sha-256",
        "sha-512",
        "SHA-256",
    ),
    *(
        "farm.harvest",
        "food.pack",
        "correction",
        "party.key.register",
        "party.key.revoke",
        "a" * 129,
        "a..b",
        "A.b",
    ),
    *("true", "null", "0", "__proto__", "constructor"),
)
NAMES = (
    "",
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "length",
    "_sd",
    "_sd_alg",
    "...",
    "a.b",
    "x",
)
NAMES += (
    "prev",
    "anchor",
    "inputs",
    "data",
    "v",
    "$",
    "@context",
    "ä",
    "a" * 64,
    "a" * 65,
    "0",
    "-1",
    "x y",
    "\u0000",
)


class Raw(str):
    """A piece of JSON text that stands as it is, whether it is JSON or not."""

    __slots__ = ()


def as_text(value: Any, dice: random.Random | None = None) -> str:
    """JSON with sorted members, as JCS has it; `Raw` pieces untouched, and (with dice) members twice."""
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        rows = [f"{string_of(name)}:{as_text(item, dice)}" for name, item in _ordered(value)]
        if dice is not None and rows and dice.random() < 0.05:
            rows.append(dice.choice(rows))
        return "{" + ",".join(rows) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(as_text(item, dice) for item in value) + "]"
    return string_of(value) if isinstance(value, str) else json.dumps(value)


def _ordered(value: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(value.items(), key=lambda item: item[0].encode("utf-16-be", "surrogatepass"))


def string_of(text: str) -> str:
    try:
        return orjson.dumps(text).decode()
    except TypeError:
        return json.dumps(text)


def nested(depth: int, in_lists: bool) -> Any:
    return Raw("[" * depth + "]" * depth) if in_lists else Raw('{"a":' * depth + "1" + "}" * depth)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in list(inner):
        yield value, key
        if isinstance(each, dict | list):
            yield from places(each)
