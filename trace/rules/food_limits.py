"""What food may hold at most of a substance, from `food_limits.toml`: few of very many limits.

No limit here means that none is known, never that there is none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from trace.rules.rule import UNVERIFIED

_BRACKETED: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


@dataclass(frozen=True, slots=True)
class FoodLimit:
    """The most of a substance in foods whose name holds one of `foods` and none of `others`."""

    names: frozenset[str]
    foods: tuple[str, ...]
    others: tuple[str, ...]
    most: str
    source: str
    since: date
    confidence: str

    @property
    def unverified(self) -> bool:
        """Whether a person has yet to read the standard."""
        return self.confidence in UNVERIFIED

    def covers(self, substance: str, food: str, day: date) -> bool:
        """Whether it is a limit of that substance, as a report names it, in that food on that day."""
        named = plain_name(food)
        fits = any(word in named for word in self.foods) and not any(word in named for word in self.others)
        return (
            fits and plain_name(_BRACKETED.sub("", plain_name(substance))) in self.names and self.since <= day
        )


def plain_name(text: str) -> str:
    """A name without blanks, differences of width or of capitals."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def read(rows: Iterable[Mapping[str, Any]]) -> tuple[FoodLimit, ...]:
    """The limits of the file, in its order."""
    return tuple(
        FoodLimit(
            frozenset(map(plain_name, row["names"])),
            tuple(row["foods"]),
            tuple(row["except"]),
            row["most"],
            row["source"],
            row["since"],
            row["confidence"],
        )
        for row in rows
    )
