"""Certificates verified on site (证后监管): what is registered, compared with what is found, at each visit.

The patrols' and yearly forms carry an item for it; beside a form that has none, an item of our own is asked.
At a producer with a certificate that holds it is answered yes or no, never "not applicable"; the last signed
answer is what is known. What the register can answer by itself is said beside it, and is a help for the
inspectors, never their finding.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from trace.oversight.competence import AGRICULTURE
from trace.oversight.visits.answers import NO, NOT_APPLICABLE, YES, Answer
from trace.rules.forms import Form, own_items

ITEM: Final = "licence"
"""The item of a form that says whether the certificates hold and are as registered."""
CERTIFIED: Final = ("green_mark", "organic", "geographical_indication")
"""绿色食品, 有机农产品, 地理标志."""
HOLDS: Final = "holds"
NOT_YET: Final = "not-yet"
ENDED: Final = "ended"
UNKNOWN: Final = "unknown"
NAMED: Final = "named"
ALIKE: Final = "alike"
NOT_NAMED: Final = "not-named"
_VALID: Final = "valid"


@dataclass(frozen=True, slots=True)
class Verified:
    """A signed answer: on which day, at which visit, whether all was as registered, and what was not."""

    party: str
    day: date
    number: str
    as_registered: bool
    note: str
    record: str


def with_own(form: Form) -> Form:
    """The form with the item of our own where it has none; its version and hash stay the document's."""
    own = tuple(one for one in own_items() if one.id == ITEM)
    return form if form.item(ITEM) is not None else replace(form, items=(*form.items, *own))


def asks_beside(form: Form, departments: Collection[str], *, certified: bool, farm: bool) -> bool:
    """Whether the item of our own is asked beside a part's form at a certified producer.

    One part of a visit asks: that of the department of agriculture, whose the certificates are; at a farm
    that another department visits alone, that one's.
    """
    alone = farm and AGRICULTURE not in departments
    return certified and form.item(ITEM) is None and (form.department == AGRICULTURE or alone)


def states_of(data: Mapping[str, Any], day: date) -> str:
    """Whether a registered certificate holds on a day: holds, not-yet, ended, or as its authority stated."""
    if data.get("status") != _VALID:
        return str(data.get("status") or UNKNOWN)
    if day.isoformat() < str(data.get("validFrom", "")):
        return NOT_YET
    return HOLDS if day.isoformat() <= str(data.get("validTo", "")) else ENDED


def scope_of_goods(product: str, scopes: Iterable[Collection[str]]) -> str:
    """Whether certificates that hold name goods of that product: named, alike or not named.

    Names are compared as they are written. "Not named" is a question to the inspectors and no finding: goods
    may bear another name, or need no certificate.
    """
    names = [name for scope in scopes for name in scope]
    if product in names:
        return NAMED
    return ALIKE if any(product in name or name in product for name in names if name) else NOT_NAMED


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
