"""Content codings: brotli for browsers that take it, gzip for the others, none for who takes neither."""

from __future__ import annotations

import gzip
from typing import Final

import brotli
from werkzeug.datastructures import Accept

BROTLI, GZIP, IDENTITY = "br", "gzip", ""
BEST: Final = 11
FAST: Final = 5
"""What a request can wait for: at this level brotli takes as long as gzip does, and packs closer."""
_GZIP_LEVELS: Final = {BEST: 9, FAST: 6}


def coding_for(accepted: Accept) -> str:
    """The coding that an Accept-Encoding header prefers; of two that it takes alike, brotli."""
    liked = {coding: accepted[coding] for coding in (BROTLI, GZIP)}
    best = max(liked, key=lambda coding: liked[coding])
    return best if liked[best] > 0 else IDENTITY


def compressed(content: bytes, coding: str, effort: int) -> bytes:
    """The content under a coding; `effort` is BEST or FAST."""
    if coding == BROTLI:
        return bytes(brotli.compress(content, quality=effort))
    return gzip.compress(content, _GZIP_LEVELS[effort], mtime=0) if coding == GZIP else content
