"""The kind of number that somebody types into a search: a licence number is no trace code.

An LB number without its first groups has twelve characters like a trace code, and a date in a batch number
the eight digits of a GTIN-8; who types what a pack bears must not be told that its code is unknown.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from trace.identity.search_terms import folded
from trace.identity.typed import typed

Kind = Literal["lb", "gf", "uscc", "gtin", "batch", "code", "link", "name"]

_DAY: Final = r"20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_FORMS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    ("uscc", re.compile(r"[0-9a-hj-np-rtuwxy]{2}[0-9]{6}[0-9a-hj-np-rtuwxy]{10}")),
    ("lb", re.compile(r"lb[0-9]{12,13}(?:aa|a)?")),
    ("gf", re.compile(r"gf[0-9]{12}")),
    ("gtin", re.compile(r"[0-9]{8}|[0-9]{12,14}")),
    ("batch", re.compile(rf"(?:生产批号|批次号|批号|批次|lot|10)?[a-z]{{0,6}}{_DAY}[0-9a-z]{{0,8}}")),
    ("code", re.compile(r"(?=[a-z]*[0-9])(?=[0-9]*[a-z])[0-9a-z]{9,16}")),
)
_DATE: Final = re.compile(_DAY)
_ADDRESS: Final = re.compile(r"https?://|www\.", re.IGNORECASE)


def is_no_code(text: str) -> bool:
    """Whether a text in which no code was read is looked for: another number, an address, a Chinese name."""
    kind = sought(text)
    return kind not in {"gtin", "code", "name"} or (kind == "name" and not folded(text).isascii())


def sought(text: str) -> Kind:
    """What the whole of a text is; a name where it is none of the numbers."""
    if _ADDRESS.match(typed(text)) is not None:
        return "link"
    plain = folded(text)
    if _DATE.fullmatch(plain) is not None:
        return "batch"
    return next((kind for kind, form in _FORMS if form.fullmatch(plain) is not None), "name")
