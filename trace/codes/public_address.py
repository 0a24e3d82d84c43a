"""The public address of a platform: what stands before every code, in symbols, links, pages and the resolver.

An absolute http or https address with nothing behind its host: the resolver answers at its root. What is
printed stays for years, so an address that no telephone can open is refused before anything is made with it.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from trace.errors.codes import PublicAddressExample, PublicAddressUnfit

_LABEL: Final = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_ADDRESS: Final = re.compile(
    rf"https?://(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{{1,5}}))?/?", re.IGNORECASE
)
_HIGHEST_PORT: Final = 65_535
_EXAMPLES: Final = (
    *("example", "test", "invalid"),
    *("example.com", "example.net", "example.org"),
    *("example.cn", "example.com.cn"),
)
"""Names that are nobody's (RFC 2606, RFC 6761), and the two of our documents (no standard reserves those)."""


def public_address(text: str) -> str:
    """The address without a slash at its end; raises `PublicAddressUnfit`."""
    match = _ADDRESS.fullmatch(text)
    if match is None or not 0 < int(match["port"] or 1) <= _HIGHEST_PORT:
        raise PublicAddressUnfit(address=text[:200])
    return text.rstrip("/")


def require_real(text: str) -> str:
    """A public address that may be printed; raises `PublicAddressExample` where its host is an example's."""
    host = str(urlsplit(text).hostname or "").rstrip(".")
    if any(host == name or host.endswith(f".{name}") for name in _EXAMPLES):
        raise PublicAddressExample(address=text[:200])
    return text


def as_asked(path: str) -> str:
    """The path that a browser asks for: it resolves "." and "..", coded or not, before it sends anything."""
    kept: list[str] = []
    segments = path.split("/")
    for at, segment in enumerate(segments):
        plain = segment.lower().replace("%2e", ".")
        if plain == "..":
            kept = kept[:-1] if len(kept) > 1 else kept
        elif plain != ".":
            kept.append(segment)
        if plain in {".", ".."} and at == len(segments) - 1:
            kept.append("")
    return "/".join(kept)
