"""Who may speak for a number: the holder of its GS1 company prefix, and the packers that the holder lists.

A prefix is registered by the registrar as a licence (`master.licence` of kind `gs1_prefix`). Whoever else
states something of such a number states it of the own goods alone: nothing is refused or bound by it. Who was
first is never asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from trace.gs1.restricted import restriction_of

PREFIX: Final = "gs1_prefix"
"""The kind of licence that a company prefix is."""
CMA: Final = "cma"
"""The kind of licence that a laboratory's accreditation is."""
VALID: Final = "valid"
"""The status of a licence that has not ended."""
GTIN: Final = "urn:gtin:"
OWN: Final = "urn:product:"
PACKERS: Final = "packers"
_SHORTEST, _LONGEST = 4, 13
_CHINA: Final = "69"

PROVEN: Final = "proven"
UNPROVEN: Final = "gtin-unproven"
FOREIGN: Final = "gtin-foreign"
RESTRICTED: Final = "gtin-restricted"
PROVISIONAL: Final = frozenset({UNPROVEN, FOREIGN, RESTRICTED})
"""What a party's word about a GTIN is worth where it may not speak for it; also the codes of the marks."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """A registered company prefix: whose it is, and from when to when (ISO days, both included)."""

    licence: str
    digits: str
    holder: str
    valid_from: str
    valid_to: str

    def stands(self, day: date | None) -> bool:
        """Whether it was in force that day; without a day, whether it was ever given."""
        return day is None or self.valid_from <= day.isoformat() <= self.valid_to


@dataclass(frozen=True, slots=True)
class Stated:
    """What one party said last of a product or place; `official` where an authority said it."""

    stater: str
    data: Mapping[str, object]
    official: bool = False


def prefix_of(licence: str, digits: str | None, data: Mapping[str, object]) -> Prefix | None:
    """The prefix that a licence gives; None for one of another kind, or that was cancelled."""
    holder = data.get("holder")
    if digits is None or not isinstance(holder, str) or data.get("status") != VALID:
        return None
    return Prefix(licence, digits, holder, str(data.get("validFrom", "")), str(data.get("validTo", "")))


def is_prefix(number: str) -> bool:
    """Whether a number can be a company prefix: 4 to 12 digits, or a single GTIN's or GLN's 13, none of them
    restricted."""
    fits = number.isascii() and number.isdigit() and _SHORTEST <= len(number) <= _LONGEST
    return fits and restriction_of("0" + number.ljust(_LONGEST, "9")) is None


def is_foreign_prefix(number: str) -> bool:
    """Whether another GS1 member organisation than that of China (690-699) gives it."""
    return not number.startswith(_CHINA)


def prefixes_of(number: str) -> tuple[str, ...]:
    """What a GTIN or GLN may begin with as a company prefix, the longest first; the indicator is no part."""
    digits = number.zfill(14)[1:]
    return tuple(digits[:size] for size in range(_LONGEST, _SHORTEST - 1, -1))


def holder_of(prefixes: Mapping[str, Sequence[Prefix]], number: str, day: date | None = None) -> str | None:
    """Whose prefix a GTIN or GLN begins with: of two that fit the longer, of one given twice the later."""
    for start in prefixes_of(number):
        held = [one for one in prefixes.get(start, ()) if one.stands(day)]
        if held:
            return max(held, key=lambda one: (one.valid_from, one.licence)).holder
    return None


def packers_in(data: Mapping[str, object]) -> tuple[str, ...]:
    """Who else may pack under a product's number, as its holder says."""
    listed = data.get(PACKERS)
    return tuple(str(one) for one in listed) if isinstance(listed, list | tuple) else ()


def owner_in(product: str) -> str | None:
    """The owner id in a product's own name; None for a GTIN."""
    return product.split(":", 3)[2] if product.startswith(OWN) else None


def standing_of(party: str, gtin: str, holder: str | None, stated: Iterable[Stated]) -> str:
    """What `party` is to a GTIN whose prefix `holder` has: proven, or why its word is provisional."""
    if restriction_of(gtin) is not None:
        return RESTRICTED
    if holder is None:
        return UNPROVEN
    listed = (packers_in(one.data) for one in stated if one.stater == holder)
    return PROVEN if party == holder or any(party in packers for packers in listed) else FOREIGN


def speaking(stated: Sequence[Stated], reader: str, speaks: Callable[[str], bool]) -> Stated | None:
    """What counts of what was said of a thing, the newest last: the word of who may speak for it or of an
    authority; where there is none, what `reader` said itself, for its own goods alone."""
    heard = [one for one in stated if one.official or speaks(one.stater)]
    found = heard or [one for one in stated if one.stater == reader]
    return found[-1] if found else None
