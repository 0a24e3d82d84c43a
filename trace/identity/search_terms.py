"""Terms by which names and numbers are found: every two letters that follow each other, and whole numbers.

    grams("子虚米业")   {"子虚", "虚米", "米业"}

So a part of a name is found through an index, in Chinese as well as in Latin letters, on any database.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from trace.identity.typed import typed

LONGEST: Final = 60
ALIKE: Final = 0.5
"""From this share on a name is offered where none bears the whole text."""
NUMBER: Final = "#"
OWNER: Final = "@"


def folded(text: str) -> str:
    """A name or what was typed of it, without blanks, signs and the difference of capitals."""
    return "".join(each for each in typed(text).casefold() if unicodedata.category(each)[0] in "LN")[:LONGEST]


def grams(text: str) -> frozenset[str]:
    """The pairs of letters in a folded text; none in a text of one letter."""
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


def likeness(wanted: str, name: str) -> float:
    """The share of the pairs in a folded text that a folded name has too."""
    pairs = grams(wanted)
    return len(pairs & grams(name)) / len(pairs) if pairs else 0.0


def number(text: str) -> str:
    """The term of a whole number, however it was grouped and in capitals or not."""
    return NUMBER + folded(text)
