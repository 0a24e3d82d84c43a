"""Requests that nobody means well: every route of an application, with values no one has thought of."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, quote_from_bytes

from flask import Flask

_DIGITS: Final = "9" * 400
NUMBERS: Final = (
    *("0", "-1", "1e400", "-1e400", "NaN", "Infinity", "1.5", "٣", "０", "½", "0x10", "1_000", " 7 "),
    *(str(2**31), str(2**63 - 1), str(2**63), str(-(2**63) - 1), str(2**64), _DIGITS),
)
TIMES: Final = (
    *("0001-01-01", "9999-12-31", "0000-00-00", "2026-02-30", "10000-01-01", "-0001-01-01"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00Z"),
    *("2026-10-01T24:00:00Z", "2026-10-01T23:59:60Z", "2026-10-01T00:00:00+99:99", "2026-10-01"),
)
TEXTS: Final = (
    *("", " ", ".", "..", "../..", "/", "//", "\\", "%", "%2F", "a/b", "26/10", "?", "#", "&", "=", ";"),
    *("\x00", "\x01", "\n", "\r\nX: y", "\x7f", "\u200b", "\u202e", "\ufeff", "\ufffd", "e\u0301", "𠮷"),
    *("' OR 1=1 --", "<script>", "{{7*7}}", "${x}", "__class__", "null", "true", "[]", "{}", "x" * 5_000),
    *("urn:lot:a:b", "urn:lot:::", "urn:uscc:", "urn:gtin:0", "A" * 43, "A" * 22, "-", "_"),
)
BYTES: Final = (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\x80", b"%00", b"\x00")
KINDS: Final = (
    *("application/json", "application/jose+json", "application/jsonl", "application/jose"),
    *("application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "multipart/form-data"),
    *("text/plain", "", "application/json; charset=utf-16", "image/png", "application/json;q=\x80"),
)
_HEADERS: Final = (
    *("Accept", "Accept-Language", "Accept-Encoding", "Authorization", "Cookie", "Prefer", "Range"),
    *("If-None-Match", "If-Modified-Since", "X-Request-Id", "Origin", "Sec-Fetch-Site", "User-Agent"),
    *("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Client-Region", "Host", "Expect"),
)
_PART: Final = re.compile(r"<(?:\w+:)?\w+>")


@dataclass(frozen=True, slots=True)
class Request:
    """One request as a client would write it."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class HostileRequests:
    """The next request is made of a seed; `known` are values that lead further than made-up ones."""

    def __init__(self, app: Flask, seed: int, known: tuple[str, ...] = (), token: str = "") -> None:
        self._dice = random.Random(seed)
        self._rules = [
            (verb, rule.rule)
            for rule in app.url_map.iter_rules()
            for verb in sorted((rule.methods or set()) - {"OPTIONS"})
        ]
        self._known = known
        self._token = token
        self._names = (
            *("maxLots", "since", "killSteps", "ignoreTime", "view", "after", "limit", "mode", "iss"),
            *("stream", "report", "code", "v", "lang", "m", "number", "size", "dpi", "copies", "form"),
            *("state", "before", "linkType", "sscc", "lot", "holder", "page", "day", "serial", "c"),
        )

    def next(self) -> Request:
        """A route with anything in its places, or an address that is none."""
        verb, rule = self._dice.choice(self._rules)
        path = _PART.sub(lambda _: self._segment(), rule)
        if self._dice.random() < 0.1:
            path = "/" + "/".join(self._segment() for _ in range(self._dice.randrange(1, 5)))
        if self._dice.random() < 0.2:
            verb = self._dice.choice(("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"))
        query = "&".join(
            f"{self._dice.choice(self._names)}={self._segment()}"
            for _ in range(self._dice.choice((0, 0, 1, 3)))
        )
        headers = {
            name: self._header(name) for name in self._dice.sample(_HEADERS, self._dice.choice((0, 1, 3)))
        }
        if self._token and self._dice.random() < 0.6:
            headers["Authorization"] = f"Bearer {self._token}"
        body = self._body() if verb in {"POST", "PUT", "PATCH"} else b""
        if body:
            headers["Content-Type"] = self._dice.choice(KINDS).encode("ascii", "ignore").decode()
        return Request(verb, path, query, headers, body)

    def _text(self) -> str:
        what = self._dice.random()
        if what < 0.3 and self._known:
            return self._dice.choice(self._known)
        return self._dice.choice((*NUMBERS, *TIMES, *TEXTS))

    def _segment(self) -> str:
        if self._dice.random() < 0.1:
            return quote_from_bytes(self._dice.choice(BYTES))
        text = self._text()
        return quote(text, safe=self._dice.choice(("", ":", ":/", ":/+~")))

    def _header(self, name: str) -> str:
        plain = "".join(one for one in self._text() if " " <= one <= "~")[:2_000]
        return f"Bearer {plain}" if name == "Authorization" and self._dice.random() < 0.7 else plain

    def _body(self) -> bytes:
        what = self._dice.random()
        if what < 0.15:
            return self._dice.randbytes(self._dice.randrange(200))
        if what < 0.3:
            depth = self._dice.choice((50, 900, 1_100, 100_000))
            opening, closing = self._dice.choice((("[", "]"), ('{"a":', "}")))
            return (opening * depth + "1" + closing * depth).encode()
        if what < 0.4:
            names = ("photo", "code", "matter", "contact", "number", "place", "v")
            return "&".join(f"{self._dice.choice(names)}={self._segment()}" for _ in range(4)).encode()
        return json.dumps(self._value(4)).encode("utf-8", "surrogatepass")

    def _value(self, depth: int) -> object:
        what = self._dice.random()
        if depth and what < 0.5:
            keys = ("iss", "drafts", "typ", "sub", "data", "occurred_at", "occurredAt", "private", "state")
            more = (
                "format",
                "statements",
                "checkpoint",
                "logs",
                "lots",
                "entries",
                "reason",
                "range",
                "form",
            )
            return {
                self._dice.choice((*keys, *more)): self._value(depth - 1)
                for _ in range(self._dice.randrange(6))
            }
        if depth and what < 0.65:
            return [self._value(depth - 1) for _ in range(self._dice.randrange(4))]
        return self._dice.choice((None, True, 2**63, -(2**70), 10**400, 1.5, "\ud800", self._text()))
