"""From the path of a request to what it names: GS1 keys, EPC binary strings, platform codes."""

from __future__ import annotations

from urllib.parse import unquote

from api.resolver.identified import LOOSE, Identified, identify, identify_loose
from api.resolver.request import Asked
from trace.errors import DigitalLinkMalformed, Refusal
from trace.gs1.application_identifiers import table
from trace.gs1.digital_link import DigitalLink, parse_uri
from trace.gs1.epc_binary import is_epc_binary, read_epc_binary
from trace.usecases.resolve_link import Registrations


def identified(asked: Asked, registrations: Registrations) -> tuple[Identified, bool]:
    """What the path names, and whether it may change its state at any moment (a product does not).

    A value with a decoded "/" counts only as one that is registered.
    """
    if asked.path.startswith(LOOSE):
        code = unquote(asked.path.removeprefix(LOOSE).removesuffix("/"))
        return identify_loose(code, registrations), True
    try:
        link = _read(asked)
    except Refusal:
        joined = None if asked.exact else _joined(asked)
        if joined is None:
            raise
        it = identify(joined, registrations)
        if it.steps[0].found is None:
            raise
        return it, bool(joined.qualifiers)
    return identify(link, registrations), bool(link.qualifiers)


def _read(asked: Asked) -> DigitalLink:
    """The link in a request; EPC binary strings first, a trailing slash means nothing."""
    segment = asked.path[1:]
    if not {".", ".."}.isdisjoint(segment.split("/")):
        raise DigitalLinkMalformed(uri=asked.uri[:200], reason="dot-segment")
    if is_epc_binary(segment.lower()):
        return read_epc_binary(segment)
    link = parse_uri(asked.root + asked.path.removesuffix("/") + (f"?{asked.query}" if asked.query else ""))
    if link.stem != asked.root:
        raise DigitalLinkMalformed(uri=asked.uri[:200], reason="no-key")
    return link


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
        return parse_uri(asked.root + "/" + "/".join(pieces) + (f"?{asked.query}" if asked.query else ""))
    except Refusal:
        return None
