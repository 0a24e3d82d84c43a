"""Row ids of projections, made from the log position alone, so that replay repeats them (docs/adr/0002)."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable

_INDEX_BITS = 40
_ORDINAL_BITS = 8


@functools.lru_cache(maxsize=256)
def origin_tag(origin: str) -> int:
    """15 bits that stand for a log's origin inside a 64-bit row id."""
    return int.from_bytes(hashlib.sha256(origin.encode()).digest()[:2], "big") >> 1


def same_number(origins: Iterable[str]) -> tuple[str, str] | None:
    """The first two different logs whose rows could not be told apart, if there are any."""
    held: dict[int, str] = {}
    for origin in origins:
        other = held.setdefault(origin_tag(origin), origin)
        if other != origin:
            return other, origin
    return None


def row_id(origin: str, index: int, ordinal: int = 0) -> int:
    """A positive 63-bit integer: 15 bits of origin, 40 of log index, 8 of position in the statement.

    Raises ValueError outside those ranges; a statement with over 256 rows of one kind is refused earlier.
    """
    if not 0 <= index < 1 << _INDEX_BITS or not 0 <= ordinal < 1 << _ORDINAL_BITS:
        raise ValueError(f"no row id for index {index}, ordinal {ordinal}")
    return origin_tag(origin) << (_INDEX_BITS + _ORDINAL_BITS) | index << _ORDINAL_BITS | ordinal
