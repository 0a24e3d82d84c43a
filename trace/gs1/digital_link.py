"""GS1 Digital Link URIs (URI Syntax 1.7.0): read strictly, written in one canonical form.

`https://trace.example.cn/01/09521234100010/10/M20261012A?11=261012&v=…` = stem, one key, its qualifiers in
their order, attributes in the query; other query parameters belong to the application, kept as written.
Only numeric AIs and 14-digit GTINs are read, as 1.7.0 demands (`short_gtin` accepts the older form).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, quote_plus

from trace.errors.gs1 import DigitalLinkMalformed
from trace.gs1.application_identifiers import QUALIFIERS, Element, element, identifier, table
from trace.gs1.associations import check_associations, check_signed_key
from trace.gs1.element_string import format_scanned, without_repeats

CANONICAL_STEM: Final = "https://id.gs1.org"

_URI: Final = re.compile(
    r"(?P<stem>(?:https?|HTTPS?)://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?)"
    r"(?P<path>/[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?"
)
_URI_CHARACTERS: Final = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*")
_ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED: Final = "-._~"
_LONGEST: Final = 4_096
_GTIN_WIDTH: Final = 14
_SHORT_GTINS: Final = (8, 12, 13)


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """A read URI. `other` holds (name, value) as written, value None for a bare name."""

    stem: str
    key: Element
    qualifiers: tuple[Element, ...] = ()
    attributes: tuple[Element, ...] = ()
    other: tuple[tuple[str, str | None], ...] = ()

    @property
    def keys(self) -> tuple[Element, ...]:
        """The key with its qualifiers: what the URI identifies."""
        return (self.key, *self.qualifiers)

    @property
    def elements(self) -> tuple[Element, ...]:
        return (*self.keys, *self.attributes)

    def value(self, ai: str) -> str | None:
        """The value of an AI anywhere in the link."""
        return next((each.value for each in self.elements if each.ai == ai), None)

    def parameter(self, name: str) -> str | None:
        """The first application parameter of that name, unescaped; None if absent or bare."""
        found = next((value for key, value in self.other if key == name), None)
        return None if found is None else _unescape(found.replace("+", " "))

    @property
    def gtin(self) -> str | None:
        return self.key.value if self.key.ai == "01" else None

    @property
    def batch_no(self) -> str | None:
        return next((each.value for each in self.qualifiers if each.ai == "10"), None)

    @property
    def serial_no(self) -> str | None:
        return next((each.value for each in self.qualifiers if each.ai == "21"), None)

    def element_string(self) -> str:
        """The FNC1 form of what the link carries."""
        return format_scanned(self.elements)


def parse_uri(uri: str, *, short_gtin: bool = False) -> DigitalLink:
    """Read a URI; raises `DigitalLinkMalformed` (reason), or what `element` raises for a value."""
    match = _URI.fullmatch(uri) if len(uri) <= _LONGEST else None
    if match is None or _URI_CHARACTERS.fullmatch(uri) is None:
        raise DigitalLinkMalformed(uri=uri[:200], reason="not-a-uri")
    before, pairs = _key_and_qualifiers(match["path"], uri)
    keys = [_read(ai, _unescape(value), short_gtin=short_gtin) for ai, value in pairs]
    allowed = _alternatives(keys[0].ai, [each.ai for each in keys[1:]], uri)
    attributes, other = _query(match["query"] or "", uri, short_gtin=short_gtin)
    _check_attributes(keys, attributes, allowed, uri)
    check_associations([each.ai for each in (*keys, *attributes)], uri)
    check_signed_key((*keys, *attributes), uri)
    return DigitalLink(match["stem"] + before, keys[0], tuple(keys[1:]), tuple(attributes), tuple(other))


def format_uri(
    stem: str,
    elements: Iterable[Element],
    other: Sequence[tuple[str, str]] = (),
) -> str:
    """The canonical URI: first key found, its qualifiers in order, the rest as attributes.

    Attributes of predefined length come first, each group in the given order.
    `other` are application parameters such as `("v", "…")`. Raises `DigitalLinkMalformed` when no key is
    there, a qualifier has no place, or an AI may not stand in a query; `element` errors for bad values.
    """
    checked = without_repeats((element(each.ai, each.value) for each in elements), stem)
    key = next((each for each in checked if identifier(each.ai).is_key), None)
    if key is None:
        raise DigitalLinkMalformed(uri=stem[:200], reason="no-key")
    every = {ai for sequence in QUALIFIERS.get(key.ai, ()) for ai in sequence}
    qualifiers = [each for each in checked if each.ai in every]
    sequence = _alternatives(key.ai, None, stem, present={each.ai for each in qualifiers})[0]
    qualifiers.sort(key=lambda each: sequence.index(each.ai))
    if not all(name for name, _ in other):
        raise DigitalLinkMalformed(uri=stem[:200], reason="parameter-without-name")
    attributes = [each for each in checked if each is not key and each not in qualifiers]
    attributes.sort(key=lambda each: not identifier(each.ai).has_predefined_length)
    _check_attributes([key, *qualifiers], attributes, [], stem)
    path = "".join(f"/{each.ai}/{quote(each.value, safe=_UNRESERVED)}" for each in (key, *qualifiers))
    query = [(each.ai, each.value) for each in attributes] + list(other)
    written = "&".join(f"{quote(k, safe=_UNRESERVED)}={quote_plus(v, safe=_UNRESERVED)}" for k, v in query)
    return stem.rstrip("/") + path + ("?" + written if written else "")


def without_nameless(query: str) -> str:
    """The query string without parameters that have no name: no URI has them, yet apps append such."""
    return "&".join(part for part in query.split("&") if part and not part.startswith("="))


def link_for_gtin(
    stem: str,
    gtin: str,
    *,
    batch_no: str | None = None,
    serial_no: str | None = None,
    version: str | None = None,
) -> str:
    """The code on a pack: GTIN (8 to 14 digits, padded), batch, serial, and `v`, the record's digest."""
    elements = [element("01", gtin.zfill(_GTIN_WIDTH))]
    if batch_no is not None:
        elements.append(element("10", batch_no))
    if serial_no is not None:
        elements.append(element("21", serial_no))
    return format_uri(stem, elements, () if version is None else (("v", version),))


def _key_and_qualifiers(path: str, uri: str) -> tuple[str, list[tuple[str, str]]]:
    """Split "/stem/01/…/10/…" at the rightmost key, walking back pair by pair."""
    segments = path.split("/")[1:]
    for start in range(len(segments) - 2, -1, -2):
        if segments[start] in table() and identifier(segments[start]).is_key:
            pairs = list(zip(segments[start::2], segments[start + 1 :: 2], strict=True))
            before = "".join("/" + segment for segment in segments[:start])
            if all(value for _, value in pairs):
                return before, pairs
            break
    raise DigitalLinkMalformed(uri=uri[:200], reason="no-key")


def _alternatives(
    key: str, path: list[str] | None, uri: str, present: set[str] | None = None
) -> list[tuple[str, ...]]:
    """The qualifier sequences of `key` that can hold the path's qualifiers in order (or `present` in any)."""
    found = []
    for sequence in QUALIFIERS.get(key, ()) or ((),):
        wanted = set(path or ()) if present is None else present
        kept = [ai for ai in sequence if ai in wanted]
        if (path is None and wanted <= set(sequence)) or kept == path:
            found.append(sequence)
    if not found:
        raise DigitalLinkMalformed(uri=uri[:200], reason="qualifier-order")
    return found


def _query(query: str, uri: str, *, short_gtin: bool) -> tuple[list[Element], list[tuple[str, str | None]]]:
    attributes: list[Element] = []
    other: list[tuple[str, str | None]] = []
    for parameter in filter(None, query.split("&")):
        name, separator, value = parameter.partition("=")
        if not name:
            raise DigitalLinkMalformed(uri=uri[:200], reason="parameter-without-name")
        if not name.isdigit() or not separator:
            other.append((name, value if separator else None))
            continue
        attributes.append(_read(name, _unescape(value.replace("+", " ")), short_gtin=short_gtin))
    if len({each.ai for each in attributes}) != len(attributes):
        raise DigitalLinkMalformed(uri=uri[:200], reason="repeated")
    return attributes, other


def _check_attributes(
    keys: Sequence[Element], attributes: Sequence[Element], allowed: Sequence[tuple[str, ...]], uri: str
) -> None:
    """An attribute may not repeat the path, and what can qualify the key belongs into the path."""
    in_path = {each.ai for each in keys} | {ai for sequence in allowed for ai in sequence}
    for each in attributes:
        if each.ai in in_path:
            raise DigitalLinkMalformed(uri=uri[:200], reason="belongs-in-path")
        if not identifier(each.ai).may_be_attribute:
            raise DigitalLinkMalformed(uri=uri[:200], reason="not-an-attribute")


def _read(ai: str, value: str, *, short_gtin: bool) -> Element:
    if short_gtin and ai == "01" and len(value) in _SHORT_GTINS:
        value = value.zfill(_GTIN_WIDTH)
    return element(ai, value)


def _unescape(text: str) -> str:
    """Percent-decoding byte by byte; what is not ASCII after it fails the character set of its AI."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
