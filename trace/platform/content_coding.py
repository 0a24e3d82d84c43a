"""Content codings: brotli for browsers that take it, gzip for the others, none for who takes neither."""

from __future__ import annotations

import gzip
from typing import Final, Protocol

import brotli

BROTLI, GZIP, IDENTITY = "br", "gzip", ""
BEST: Final = 11
FAST: Final = 7
"""What a request can wait for: here brotli takes a third longer than gzip does, and packs a tenth closer."""
LONGEST: Final = 2 * 1024 * 1024
"""Bytes that are packed while somebody waits: some 60 ms of work; what is longer goes as it is."""
_GZIP_LEVELS: Final = {BEST: 9, FAST: 6}


class Accepted(Protocol):
    """How much each coding is liked, from 0 (not taken) to 1, as an Accept-Encoding header says."""

    def __getitem__(self, coding: str, /) -> float: ...


def coding_for(accepted: Accepted) -> str:
    """The coding that an Accept-Encoding header prefers; of two that it takes alike, brotli."""
    liked = {coding: accepted[coding] for coding in (BROTLI, GZIP)}
    best = max(liked, key=lambda coding: liked[coding])
    return best if liked[best] > 0 else IDENTITY


def compressed(content: bytes, coding: str, effort: int) -> bytes:
    """The content under a coding; `effort` is BEST or FAST."""
    if coding == BROTLI:
        return bytes(brotli.compress(content, quality=effort))
    return gzip.compress(content, _GZIP_LEVELS[effort], mtime=0) if coding == GZIP else content


def encoded(content: bytes, accepted: Accepted) -> tuple[bytes, dict[str, str]]:
    """The bytes of an answer made for one request, and the headers that tell how they are coded.

    Decoded they are the content, byte for byte: its digests hold.
    """
    told = {"Vary": "Accept-Encoding"}
    coding = coding_for(accepted) if len(content) <= LONGEST else IDENTITY
    if not coding:
        return content, told
    return compressed(content, coding, FAST), told | {"Content-Encoding": coding}
