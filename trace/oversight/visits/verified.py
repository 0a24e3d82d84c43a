"""Certificates verified on site (证后监管): what is registered, compared with what is found, at each visit.

The forms of the department of agriculture carry an item for it. At a producer with a certificate that holds
it is answered yes or no, never "not applicable"; the last signed answer is what is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from trace.oversight.visits.answers import NO, NOT_APPLICABLE, YES, Answer
from trace.rules.forms import Form

ITEM: Final = "licence"
"""The item of a form that says whether the certificates hold and are as registered."""
CERTIFIED: Final = ("green_mark", "organic", "geographical_indication")
"""绿色食品, 有机农产品, 地理标志."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A signed answer: on which day, at which visit, whether all was as registered, and what was not."""

    party: str
    day: date
    number: str
    as_registered: bool
    note: str
    record: str


def unverified(form: Form, answers: Iterable[Answer], *, certified: bool) -> list[str]:
    """The items at which a certified producer's certificates have to be verified and were not, in words."""
    item = form.item(ITEM)
    if item is None or not certified:
        return []
    given = next((one.value for one in answers if one.item == ITEM), NOT_APPLICABLE)
    return [item.zh] if given == NOT_APPLICABLE else []


def answered(answers: Iterable[Answer]) -> Answer | None:
    """The answer that verifies certificates; None where there is none, or it says nothing of them."""
    return next((one for one in answers if one.item == ITEM and one.value in {YES, NO}), None)
