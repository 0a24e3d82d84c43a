"""Content negotiation among links (RFC 9110 §12.5, RFC 4647 §3.4). Pure text work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_LONGEST: Final = 2_000
_ANY: Final = "*"


@dataclass(frozen=True, slots=True)
class Preference:
    """One item of an `Accept` or `Accept-Language` header, lower case, with its quality in thousandths."""

    value: str
    quality: int


@lru_cache(maxsize=512)
def preferences(header: str) -> tuple[Preference, ...]:
    """The items in the order given; parameters other than q are dropped, an unreadable q counts as 0."""
    found = []
    for item in header[:_LONGEST].split(","):
        value, *parameters = (part.strip() for part in item.split(";"))
        if not value:
            continue
        quality = 1000
        for parameter in parameters:
            name, _, number = parameter.partition("=")
            if name.strip().lower() == "q":
                quality = _thousandths(number.strip())
        found.append(Preference(value.lower(), quality))
    return tuple(found)


def media_quality(accepted: Iterable[Preference], media_type: str) -> int:
    """Quality of a media type: the most specific range that covers it decides; 0 when none does."""
    best, quality = -1, 0
    family = media_type.partition("/")[0]
    for each in accepted:
        specific = {media_type: 2, f"{family}/*": 1, "*/*": 0, _ANY: 0}.get(each.value, -1)
        if specific > best:
            best, quality = specific, each.quality
    return quality


def names_media(accepted: Iterable[Preference], media_type: str) -> int:
    """Quality of a media type that is named itself; wildcards do not count."""
    return max((each.quality for each in accepted if each.value == media_type), default=0)


def language_quality(accepted: Iterable[Preference], language: str) -> int:
    """Quality of a language tag; a wider range covers it (zh: zh-CN) and a narrower one falls back to it."""
    tag = language.lower()
    best, quality = -1, 0
    for each in accepted:
        if each.value == tag:
            specific = 3
        elif tag.startswith(each.value + "-"):
            specific = 2
        elif each.value.startswith(tag + "-"):
            specific = 1
        elif each.value == _ANY:
            specific = 0
        else:
            continue
        if specific > best:
            best, quality = specific, each.quality
    return quality


def _thousandths(number: str) -> int:
    whole, _, fraction = number.partition(".")
    if whole not in {"0", "1"} or not (fraction.isdigit() or not fraction) or not number.isascii():
        return 0
    return min(1000, int(whole) * 1000 + int((fraction + "000")[:3]))
