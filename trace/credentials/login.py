"""Sign-in names: what somebody types before the password, folded so that one name has one form."""

from __future__ import annotations

import unicodedata
from typing import Final

from trace.errors import LoginUnfit

SHORTEST: Final = 2
LONGEST: Final = 64


def folded(text: str) -> str:
    """A name as it is compared: NFKC, without blanks around it, small letters."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def parse(text: str) -> str:
    """A name that somebody may choose, folded; raises LoginUnfit.

    A mobile number, an address or a made-up name: blanks and characters that nobody can type are none.
    """
    name = folded(text)
    if not SHORTEST <= len(name) <= LONGEST or not name.isprintable() or any(map(str.isspace, name)):
        raise LoginUnfit(shortest=SHORTEST, longest=LONGEST)
    return name
