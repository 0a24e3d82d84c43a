"""Addresses and codes as careless printers, broken scanners and strangers would send them, from a seed."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, unquote_to_bytes, urlsplit

from tests.servers.resolving import BROWSER, HOST, PROXY

ODD = (
    *("", " ", "/", "//", ".", "..", "%", "%%", "%0", "%zz", "%00", "%0d%0a", "%0D%0ASet-Cookie:%20x=1"),
    *("%2F", "%2f%2F", "%5C", "%2e%2e", "%252F", "%C3%28", "%ff%fe", "%ED%A0%80", "%F0%9F%8C%BE", "%1d"),
    *("10", "21", "01", "22", "235", "8006", "414", "00", "253", "9999", "?", "??", "#", "&", "=", "+"),
    *("米", "（演示）", "é", "０１", "\u202e", "\u200b", "𝟘𝟙", "\x00", "\r\n", "\x7f", "\t"),
    *("<script>x</script>", '"><img src=x>', "%3Cscript%3Ex%3C/script%3E", "{{7*7}}", "' OR 1=1 --"),
    *("$" * 200, "9" * 400, "A" * 2_000, "/x" * 900, "-", "_", "~", "*", ":", ";", "@", "|", "\\"),
)
QUERIES = (
    *(
        "v=AAAAAAAAAAAAAAAAAAAAAA",
        "m=elder",
        "lang=en",
        "lang=zh",
        "lang=%00",
        "batch=",
        "batch=%F0%9F%8C%BE",
    ),
    *("linkType=gs1:pip", "linkType=linkset", "linkType=all", "linkType=gs1:nothing", "linkType=%0d%0a"),
    *("17=271011", "17=999999", "3103=000500", "10=A", "21=B", "01=9", "x=1&x=2", "=", "&&&", "a=b=c"),
    *("linkType=gs1:recipeInfo&context=CN", "day=2026-10-12", "day=x", "c=1", "context=" + "x" * 700, "%"),
)
ACCEPTS = (
    *("*/*", BROWSER, "application/json", "application/linkset+json", "application/ld+json"),
    *("text/html", "", "text/html;q=0", "q=;;,,/", "image/png", "application/problem+json"),
)
LANGUAGES = ("zh-CN,zh;q=0.9", "en", "en-US,en;q=0.5", "", "tlh", "zh;q=x", "*", ",;q=", "de, en;q=0.1")
METHODS = ("GET",) * 30 + ("HEAD", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "BREW")


@dataclass(frozen=True)
class Asked:
    """One request; `decoded`: the server before us gives no raw address."""

    method: str
    target: str
    accept: str
    language: str
    decoded: bool

    @property
    def locales(self) -> set[str]:
        """In what language the answer may be; `lang=` somewhere counts on pages alone."""
        english = self.language.startswith("en") or self.language == "de, en;q=0.1"
        return {"en" if english else "zh-CN"} | ({"en", "zh-CN"} if "lang" in unquote(self.target) else set())

    def environ(self) -> dict[str, Any]:
        """As a WSGI server hands it over; what no HTTP parser lets through is coded first."""
        path, _, query = quote(self.target, safe="/%?#&=+:;@!$'()*,~[]<>\"{}|\\^`").partition("?")
        made = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "id.example.org",
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": urlsplit(HOST).netloc,
            "HTTP_ACCEPT_LANGUAGE": self.language,
            "wsgi.url_scheme": "https",
            "wsgi.version": (1, 0),
            "wsgi.input": BytesIO(b""),
            "CONTENT_LENGTH": "0",
            "REMOTE_ADDR": PROXY,
        }
        if not self.decoded:
            made["RAW_URI"] = made["REQUEST_URI"] = path + (f"?{query}" if query else "")
        return made


@dataclass
class LinkFuzzer:
    """`good` are paths that resolve, `codes` what people type; both are spoilt."""

    seed: int
    good: Sequence[str]
    codes: Sequence[str]
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def asked(self) -> Asked:
        """One request, spoilt somewhere."""
        dice = self.dice
        return Asked(
            dice.choice(METHODS),
            self._target(),
            dice.choice(ACCEPTS),
            dice.choice(LANGUAGES),
            dice.random() < 0.3,
        )

    def _target(self) -> str:
        dice = self.dice
        kind = dice.random()
        if kind < 0.2:
            return f"/t?c={quote(self._spoilt(dice.choice(self.codes)), safe='')}"
        if kind < 0.3:
            noise = dice.randbytes(dice.randrange(1, 60))
            return dice.choice(("/", "/01/", "/page/", "/t/", "/ex")) + quote(noise, safe="")
        path = self._spoilt(dice.choice(self.good))
        if dice.random() < 0.25:
            path = f"/page{path}"
        if dice.random() < 0.3:
            path += "?" + self._spoilt(dice.choice(QUERIES))
        return path if path.startswith("/") else f"/{path}"

    def _spoilt(self, text: str) -> str:
        for _ in range(self.dice.choice((0, 1, 1, 1, 2, 3))):
            text = self._once(text)
        return text

    def _once(self, text: str) -> str:
        dice = self.dice
        start = dice.randrange(len(text) + 1)
        end = min(len(text), start + dice.choice((0, 1, 1, 3)))
        act = dice.randrange(5)
        if act == 0:
            return text[:start] + dice.choice(ODD) + text[end:]
        if act == 1:
            return text[:start] + text[end:]
        if act == 2:
            return text[:start] + text[start:end] * 2 + text[end:]
        if act == 3:
            return text[:start] + "".join(f"%{byte:02X}" for byte in text[start:end].encode()) + text[end:]
        pieces = text.split("/")
        dice.shuffle(pieces)
        return "/".join(pieces)


def published(vectors: Path) -> tuple[list[str], list[str]]:
    """Paths and typed codes of GS1's vectors, right and wrong ones."""
    folder = vectors / "digital-link"
    uris = [row["uri"] for row in _rows(folder / "dl_uri_parse.jsonl")]
    uris += [row["compressed"] for row in _rows(folder / "dl_legacy_compression.jsonl")]
    paths = [parts.path + (f"?{parts.query}" if parts.query else "") for parts in map(_split, uris) if parts]
    paths += [f"/{row['segment']}" for row in _rows(folder / "epcb_vectors.jsonl")]
    codes = [row["ai_data"] for row in _rows(folder / "ai_bracketed_parse.jsonl")]
    codes += [row["ai_data"] for row in _rows(folder / "ai_linter_errors.jsonl")]
    codes += [row["data"].replace("^", "\x1d") for row in _rows(folder / "ai_unbracketed_process.jsonl")]
    return [path for path in paths if path], codes + uris


def _split(uri: str) -> Any:
    try:
        return urlsplit(uri)
    except ValueError:
        return None


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
