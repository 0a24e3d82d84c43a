"""Checks of data (线上核查): what each can conclude, and what it was about.

A check is of the oddities that a firm's records showed at a moment. "Nothing odd" is said of no rows alone:
what shows is explained, stays in doubt, or leads on to an act that is named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from typing import Final

NOTHING: Final = "nothing"
EXPLAINED: Final = "explained"
DOUBT: Final = "doubt"
FOLLOWED: Final = "followed"
RESULTS: Final = (NOTHING, EXPLAINED, DOUBT, FOLLOWED)
"""No oddity shows; the firm's records explain all of them; not clear; an act follows."""


def fits(result: str, rows: Collection[str]) -> bool:
    """Whether a check of these rows can conclude so."""
    return result in RESULTS and (result == NOTHING) == (not rows)


def digest_of_rows(rows: Iterable[str]) -> str:
    """SHA-256 over the rows in their order of names, in hex: whoever concludes saw these."""
    return hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()
