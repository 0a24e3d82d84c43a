"""Path parsing: the GS1 key, EPC binary string or platform code that a request's path names."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, unquote

from api.resolver.identified import LOOSE, PRINTED, Identified, identify, identify_loose
from api.resolver.request import Asked
from trace.errors import DigitalLinkMalformed, Refusal
from trace.gs1.application_identifiers import element, table
from trace.gs1.digital_link import DigitalLink, parse_uri, without_nameless
from trace.gs1.epc_binary import is_epc_binary, read_epc_binary
from trace.usecases.resolver.resolve_link import Registrations

_SERIAL: Final = "21"
_DIGEST: Final = re.compile(r"[A-Za-z0-9_-]{22}")
_ITEM: Final = re.compile(r"(/01/[0-9]{14}(?:/10/[A-Za-z0-9._-]{1,20})?)/21/([A-Za-z0-9._-]{1,20})")


def identified(asked: Asked, registrations: Registrations) -> tuple[Identified, bool]:
    """The thing that the path names, and whether its state may change at any moment (a product's does not).

    A value with a decoded "/" counts only as one that is registered.
    """
    printed = printed_in(asked.query)
    if asked.path.startswith(LOOSE):
        code = unquote(asked.path.removeprefix(LOOSE).removesuffix("/"))
        return identify_loose(code, registrations, printed), True
    try:
        link = _read(asked)
    except Refusal:
        joined = None if asked.exact else _joined(asked)
        if joined is None:
            raise
        it = identify(joined, registrations, printed)
        if it.steps[0].found is None:
            raise
        return it, bool(joined.qualifiers)
    return identify(link, registrations, printed), bool(link.qualifiers)


def printed_in(query: str) -> str | None:
    """The digest on the label among the parameters; None for none, and for what never was one."""
    given = dict(reversed(parse_qsl(query, keep_blank_values=True))).get(PRINTED, "")
    return given if _DIGEST.fullmatch(given) else None


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


def _joined(asked: Asked) -> DigitalLink | None:
    """The server decoded %2F: what stands behind a batch and is no identifier belongs to its value."""
    pieces: list[str] = []
    for segment in asked.path.split("/")[1:]:
        inside = len(pieces) % 2 == 0 and len(pieces) > 2 and segment not in table()
        if inside:
            pieces[-1] += "%2F" + segment
        else:
            pieces.append(segment)
    try:
        return parse_uri(asked.root + "/" + "/".join(pieces) + _parameters(asked))
    except Refusal:
        return None
