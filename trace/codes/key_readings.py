"""Readings of the path behind a product's number: which batch and which pack it may name.

A batch number may hold "/", "%", "?" and full stops (GS1 character set 82), servers decode paths, and who
passes a link on adds punctuation, codes it twice or types it in small letters. So one path has
several readings, the literal one first; the first of them that is registered is meant (docs/adr/0059).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final
from urllib.parse import unquote

from trace.codes.crockford import canonical
from trace.identity.typed import bare, typed

_BATCH, _SERIAL, _VARIANT = "10", "21", "22"
_VALUE: Final = re.compile(r"[A-Za-z0-9!\"%&'()*+,\-./:;<=>?_]{1,20}")
_FOREIGN: Final = re.compile(r"[^!-~].*", re.DOTALL)
_SWALLOWED: Final = re.compile(r"[?&;#].*|[^!-~].*", re.DOTALL)
_TYPED_SO: Final = re.compile(r"[!-~\uff01-\uff5e]+")
_UNLIKE: Final = frozenset({"Lu", "Ll", "Lt", "Lm", "Mn", "Me", "Nl", "No"})
"""Letters of alphabets with large and small ones, accents, raised and circled figures: a sign that looks like
another is a mistake or a trick, and no clutter behind a code."""
_BROKEN: Final = re.compile(r"%[0-9A-Fa-f]?$")
_LEFT: Final = frozenset("/=\\")
_LONGEST: Final = 400
MOST: Final = 48
"""Readings that are tried: each may cost one look-up."""


@dataclass(frozen=True, slots=True)
class KeyReading:
    """A batch number, a serial, both, or neither: the product itself."""

    batch_no: str | None = None
    serial: str | None = None


def key_readings(rest: str) -> Iterator[KeyReading]:
    """The readings of the decoded path behind `/01/<gtin>/`, each once, at most `MOST`."""
    return islice(_once(_all(rest[:_LONGEST])), MOST)


def _all(rest: str) -> Iterator[KeyReading]:
    texts = list(dict.fromkeys(_texts(rest)))
    for text in texts:
        yield from _readings(text)
    for text in texts:  # batch numbers are typed in small letters, and hardly ever printed so
        for reading in _readings(text):
            if reading.batch_no is not None:
                yield replace(reading, batch_no=reading.batch_no.upper())


def _once(readings: Iterator[KeyReading]) -> Iterator[KeyReading]:
    seen: set[KeyReading] = set()
    for reading in readings:
        if reading not in seen:
            seen.add(reading)
            yield reading


def _texts(rest: str) -> Iterator[str]:
    """The path as it came, decoded once more, and each without what was added behind it."""
    for text in (rest, unquote(rest)):
        yield text
        yield text.removesuffix("/")
        if _looks_like_another(text):
            continue
        plain = typed(text)
        for cut in (plain, _FOREIGN.sub("", plain), _SWALLOWED.sub("", plain)):
            yield from _shortened(cut)


def _looks_like_another(text: str) -> bool:
    """Whether a letter or figure of another kind stands in the code itself, so that what is left without it
    may be the code of another pack: M1А with a Cyrillic А is neither M1A nor M1, M1² neither M12 nor M1."""
    odd = (sign for sign in text if _TYPED_SO.fullmatch(sign) is None and not sign.isdecimal())
    first = next((sign for sign in odd if sign.isspace() or typed(sign)), " ")
    flat = unicodedata.normalize("NFKC", first)
    return unicodedata.category(first) in _UNLIKE or any(one.isascii() and one.isalnum() for one in flat)


def _shortened(text: str) -> Iterator[str]:
    """The text with ever less of the slashes, quotation marks and full stops at its end. Mail leaves an
    equals sign where it breaks a line, who cuts a link a percent sign with one digit or none."""
    yield text
    while text and (broken := _BROKEN.search(text) or (text[-1] in _LEFT or not bare(text[-1]))):
        text = text[: broken.start()] if isinstance(broken, re.Match) else text[:-1]
        yield text


def _readings(text: str) -> Iterator[KeyReading]:
    """The ways to part one text into batch and serial; those without "/" in a value first."""
    if not text:
        yield KeyReading()
        return
    ai, _, value = text.partition("/")
    if ai == _VARIANT and value[:1] not in {"", "/"}:
        yield from _readings(value.partition("/")[2])
    elif ai == _SERIAL:
        yield from _serials(None, value)
    elif ai == _BATCH:
        for mark in re.finditer(f"/{_SERIAL}/", value):
            if _VALUE.fullmatch(value[: mark.start()]):
                yield from _serials(value[: mark.start()], value[mark.end() :])
        if _VALUE.fullmatch(value):
            yield KeyReading(value)


def _serials(batch_no: str | None, value: str) -> Iterator[KeyReading]:
    """A serial as it stands, and as it was meant where somebody typed it."""
    for serial in (value,) if _looks_like_another(value) else (value, canonical(typed(value))):
        if _VALUE.fullmatch(serial):
            yield KeyReading(batch_no, serial)
