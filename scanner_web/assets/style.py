"""Inline style sheets: the tokens used, light and dark, squeezed, with the hash that allows them."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from scanner_web.assets.folders import static_paths

_DARK: Final = re.compile(r':root\[data-theme="dark"\]\s*\{(?P<body>[^}]*)\}')
_USED: Final = re.compile(r"var\(--([\w-]+)")
_TOKEN: Final = re.compile(r"--([\w-]+):([^;}]+);?")


@dataclass(frozen=True, slots=True)
class StyleSheet:
    """`source` allows exactly this text in a Content-Security-Policy."""

    text: str
    source: str


@cache
def style_sheet(*names: str) -> StyleSheet:
    """The sheets of these names behind their tokens; dark follows the device."""
    sheet = "".join(static_paths()[name].read_text(encoding="utf-8") for name in names)
    text = squeezed(_only(_tokens(), _reached(sheet)) + sheet)
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return StyleSheet(text, f"'sha256-{digest}'")


def squeezed(css: str) -> str:
    """Without comments and needless white space; strings with spaces keep theirs."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    return re.sub(r"\s*([{};,>])\s*", r"\1", css).replace(";}", "}").strip()


def _tokens() -> str:
    tokens = static_paths()["tokens.css"].read_text(encoding="utf-8")
    dark = _DARK.search(tokens)
    if dark is None:
        raise ValueError("tokens.css has no dark set")
    light = tokens[: dark.start()]
    return f"{light}@media screen and (prefers-color-scheme:dark){{:root{{{dark['body']}}}}}"


def _reached(sheet: str) -> set[str]:
    """Tokens that the sheet uses, and those that they use."""
    tokens = _tokens()
    used = set(_USED.findall(sheet))
    while True:
        more = {
            inner for name, value in _TOKEN.findall(tokens) if name in used for inner in _USED.findall(value)
        }
        if more <= used:
            return used
        used |= more


def _only(tokens: str, used: set[str]) -> str:
    return _TOKEN.sub(lambda token: token[0] if token[1] in used else "", tokens)
