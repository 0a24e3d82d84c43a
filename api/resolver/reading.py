"""Path parsing: the GS1 key, EPC binary string or platform code that a request's path names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote

from api.controls import is_plain
from api.resolver.identified import LOOSE, Identified, identify, identify_loose
from api.resolver.request import Asked
from trace.codes.key_readings import key_readings
from trace.codes.label_digest import digest_in
from trace.errors import DigitalLinkMalformed, Refusal, SerialMalformed
from trace.gs1.application_identifiers import element
from trace.gs1.digital_link import DigitalLink, parse_uri, without_nameless
from trace.gs1.epc_binary import is_epc_binary, read_epc_binary
from trace.identity.typed import bare, typed
from trace.usecases.resolver.resolve_link import Registrations

_SERIAL: Final = "21"
_PRODUCT: Final = re.compile(r"/01/(?P<gtin>[0-9]{14})(?:[^0-9/][^/]*)?(?:/(?P<rest>.*))?", re.DOTALL)
_CODED: Final = re.compile(r"/01/[0-9]{14}%(?:25)*2[Ff]")
_CODINGS: Final = 3
_ODD: Final = re.compile(r"[^A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]|%(?![0-9A-Fa-f]{2})")
_ITEM: Final = re.compile(r"(/01/[0-9]{14}(?:/10/[A-Za-z0-9._-]{1,20})?)/21/([A-Za-z0-9._-]{1,20})")


def identified(asked: Asked, registrations: Registrations) -> tuple[Identified, bool]:
    """The thing that the path names, and whether its state may change at any moment (a product's does not).

    Where what it says literally is not registered, what else it may mean counts, if that is.
    """
    plain = is_plain(unquote(asked.path))
    printed = printed_in(asked.query, asked.path)
    if asked.path.startswith(LOOSE):
        code = unquote(asked.path.removeprefix(LOOSE).removesuffix("/"))
        if not plain:
            raise SerialMalformed(text=code[:40])
        return identify_loose(code, registrations, printed), True
    literal: Identified | None = None
    refusal: Refusal | None = None
    link: DigitalLink | None = None
    try:
        link = _read(asked)
        literal = identify(link, registrations, printed)
    except Refusal as refused:
        refusal = refused
    if plain and (literal is None or literal.steps[0].found is None or _is_unsure(asked)):
        for each in _other_readings(asked, link):
            found = _registered(each, registrations, printed)
            if found is not None:
                return found, bool(each.qualifiers)
    if literal is None or link is None:
        raise refusal or DigitalLinkMalformed(uri=asked.uri[:200], reason="no-key")
    return literal, bool(link.qualifiers)


def printed_in(query: str, path: str = "") -> str | None:
    """The digest on the label in an address; None for none, and for what never was one."""
    found = digest_in(query, path)
    return None if found is None else found.name


def _read(asked: Asked) -> DigitalLink:
    """The link in a request; EPC binary strings first, a trailing slash means nothing."""
    segment = asked.path[1:]
    if not {".", ".."}.isdisjoint(segment.split("/")):
        raise DigitalLinkMalformed(uri=asked.uri[:200], reason="dot-segment")
    if is_epc_binary(segment.lower()):
        return read_epc_binary(segment)
    item = None if asked.query else _ITEM.fullmatch(asked.path)
    if item is not None:
        above = _read_above(asked.root + item[1])
        return replace(above, qualifiers=(*above.qualifiers, element(_SERIAL, item[2])))
    link = parse_uri(asked.root + asked.path.removesuffix("/") + _parameters(asked))
    if link.stem != asked.root:
        raise DigitalLinkMalformed(uri=asked.uri[:200], reason="no-key")
    return link


def _parameters(asked: Asked) -> str:
    """The query as the link has it: what a scanner's app appended without a name says nothing."""
    query = without_nameless(asked.query) if asked.query else ""
    return f"?{query}" if query else ""


@lru_cache(maxsize=2_048)
def _read_above(uri: str) -> DigitalLink:
    """The product or batch above a serial: every scan of one of its items asks for the same."""
    return parse_uri(uri)


def _is_unsure(asked: Asked) -> bool:
    """Whether the server decoded the path, so that a slash at its end may belong to a batch number."""
    return not asked.exact and asked.path.endswith("/")


def _registered(link: DigitalLink, registrations: Registrations, printed: str | None) -> Identified | None:
    try:
        it = identify(link, registrations, printed)
    except Refusal:
        return None
    return None if it.steps[0].found is None else it


def _other_readings(asked: Asked, literal: DigitalLink | None) -> Iterator[DigitalLink]:
    """What the path may mean besides what it says: "/" inside a value, and clutter behind it."""
    query = without_nameless(_quoted(asked.query))
    match = _PRODUCT.fullmatch(_parted(asked.path))
    if match is None:
        yield from _without_clutter(asked, f"?{query}" if query else "")
        return
    for reading in key_readings(unquote(match["rest"] or "")):
        path = f"/01/{match['gtin']}"
        path += "" if reading.batch_no is None else f"/10/{quote(reading.batch_no, safe='')}"
        path += "" if reading.serial is None else f"/21/{quote(reading.serial, safe='')}"
        try:
            link = parse_uri(asked.root + path + (f"?{query}" if query else ""))
        except Refusal:
            continue
        if literal is None or link.keys != literal.keys or _is_unsure(asked):
            yield link


def _parted(path: str) -> str:
    """The path with the slashes behind a product's number that an app coded with the rest, even twice."""
    for _ in range(_CODINGS):
        if _CODED.match(path) is None:
            break
        path = unquote(path)
    return path


def _without_clutter(asked: Asked, query: str) -> Iterator[DigitalLink]:
    """The link of another key without what stands around it."""
    plain = typed(unquote(asked.path))
    bared = bare(plain).removesuffix("/")
    if bared != plain:
        with suppress(Refusal):
            yield parse_uri(asked.root + quote(f"/{bared.removeprefix('/')}", safe="/") + query)


def _quoted(query: str) -> str:
    """The parameters that others added may hold what no address may."""
    return _ODD.sub(lambda found: quote(found[0], safe=""), query)
