"""Element strings: the bracketed form people read and the FNC1 form scanners send.

Bracketed `(01)09521234100010(10)M20261012A` (a literal "(" in a value is written `\\(`); scanned
`<FNC1>010952123410001010M20261012A` where FNC1, transmitted as GS (0x1D), ends each value without a
predefined length (General Specifications §7.8).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from trace.errors.gs1 import ElementStringMalformed
from trace.gs1.application_identifiers import ApplicationIdentifier, Element, element, identifier, table

FNC1: Final = "\x1d"

_BRACKETED: Final = re.compile(r"\(([0-9]{2,4})\)((?:[^(\\]|\\.)+)", re.DOTALL)
_LONGEST: Final = 8_000


def parse_bracketed(text: str) -> tuple[Element, ...]:
    """Read `(01)…(10)…`; raises `ElementStringMalformed` or what `element` raises."""
    elements, end = [], 0
    while end < len(text):
        match = _BRACKETED.match(text, end)
        if match is None or len(text) > _LONGEST:
            raise ElementStringMalformed(text=text[:100], reason="brackets")
        elements.append(element(match[1], re.sub(r"\\\(", "(", match[2])))
        end = match.end()
    return without_repeats(elements, text)


def parse_scanned(text: str) -> tuple[Element, ...]:
    """Read an FNC1 form that begins with FNC1; raises `ElementStringMalformed` or what `element` raises."""
    if not text.startswith(FNC1) or len(text) > _LONGEST:
        raise ElementStringMalformed(text=text[:100], reason="no-leading-fnc1")
    elements, rest = [], text[1:]
    while rest:
        found = _identifier_at(rest)
        data = rest[len(found.code) :]
        upto = found.longest if found.has_predefined_length else data.find(FNC1)
        value, rest = (data, "") if upto < 0 else (data[:upto], data[upto:])
        elements.append(element(found.code, value))
        rest = rest.removeprefix(FNC1)
    return without_repeats(elements, text)


def format_bracketed(elements: Iterable[Element]) -> str:
    """The form printed under a symbol."""
    return "".join(f"({each.ai})" + each.value.replace("(", "\\(") for each in elements)


def format_scanned(elements: Iterable[Element]) -> str:
    """The form with FNC1 at the start and after each value that needs it, but none at the end."""
    written = FNC1
    for each in elements:
        written += each.ai + each.value
        if not identifier(each.ai).has_predefined_length:
            written += FNC1
    return written if len(written) == 1 else written.removesuffix(FNC1)


def without_repeats(elements: Iterable[Element], text: str) -> tuple[Element, ...]:
    """The elements with exact repetitions dropped; the same AI with two values is refused, as is nothing."""
    seen: dict[str, Element] = {}
    for each in elements:
        if seen.setdefault(each.ai, each) != each:
            raise ElementStringMalformed(text=text[:100], reason="repeated-with-another-value")
    if not seen:
        raise ElementStringMalformed(text=text[:100], reason="empty")
    return tuple(seen.values())


def _identifier_at(text: str) -> ApplicationIdentifier:
    """The AI at the start; codes are prefix-free, so at most one of the three lengths is known."""
    for length in (2, 3, 4):
        if text[:length] in table():
            return table()[text[:length]]
    return identifier(text[:4])
