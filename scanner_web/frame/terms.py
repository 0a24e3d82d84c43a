"""Terms of the field in the reader's language: what records hold in Chinese, where its English is known.

A record is shown as it was signed. In English a word stands for it where `terms.toml` has one: items of
tests, crops, verdicts, shelf lives, contents of a pack. Whatever has none keeps its Chinese, marked as such.
"""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup, escape

from trace.wording import has, say

CHINESE: Final = re.compile(r"[㐀-鿿豈-﫿]")
_ENGLISH: Final = "en"
_MEASURED: Final = re.compile(r"(?P<name>.+?)\s*[（(]以\s*(?P<sign>[A-Za-z0-9]{1,6})\s*计[）)]")
_SPAN: Final = re.compile(r"(?P<count>[0-9]{1,4})\s*(?P<unit>小时|个月|天|日|月|年)")
_CONTENT: Final = re.compile(r"(?P<amount>[0-9.]{1,8}\s*(?:g|kg|mL|ml|L))/(?P<pack>袋|瓶|盒|罐|包|桶|箱)")


def term(locale: str, text: str) -> str | None:
    """The word for a text of a record; None where nobody worded it."""
    if locale != _ENGLISH:
        return text
    if has(locale, f"term.{text}"):
        return say(locale, f"term.{text}")
    return _measured(locale, text) or _span(locale, text) or _content(locale, text)


def marked(locale: str, text: object) -> str:
    """The same for a page: what stays Chinese on an English page bears its language."""
    if isinstance(text, Markup):
        return text
    plain = str(text)
    word = term(locale, plain)
    if word is not None:
        return word
    return Markup('<span lang="zh-CN">{}</span>').format(plain) if CHINESE.search(plain) else plain


def sentence(locale: str, key: str, **params: object) -> Markup:
    """A sentence around texts of records, each worded or marked as `marked` does."""
    shown = {name: escape(marked(locale, value)) for name, value in params.items()}
    return Markup(say(locale, key, **shown))  # noqa: S704 - our sentence, and each text in it escaped


def _measured(locale: str, text: str) -> str | None:
    """镉（以 Cd 计）"""
    found = _MEASURED.fullmatch(text)
    name = term(locale, found["name"]) if found else None
    return say(locale, "term-as.measured", name=name, sign=found["sign"]) if found and name else None


def _span(locale: str, text: str) -> str | None:
    """12 个月"""
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    told = say(locale, f"term-span.{found['unit']}", count=found["count"])
    return told.removesuffix("s") if found["count"] == "1" else told


def _content(locale: str, text: str) -> str | None:
    """200 g/瓶"""
    found = _CONTENT.fullmatch(text)
    return say(locale, f"term-pack.{found['pack']}", amount=found["amount"]) if found else None
