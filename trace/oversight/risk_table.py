"""The table of indicators that a risk grade is made by: a form whose items belong to one of its three parts.

Which indicators Shanghai's table has could not be read; ours are marked so, and the administrator edits them
as any other form. A grade names the version by which it was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trace.errors import VisitFormUnfit
from trace.oversight.register_entries import PARTS
from trace.rules.forms import NUMBER, Form, Item

RISK_GRADE: Final = "risk-grade"
Typed = Mapping[str, tuple[str, str]]
"""Indicator -> its points and the datum that they rest on, as typed."""


def part_of(item: Item) -> str:
    """The part that an indicator counts in, by how its id begins; "" for none."""
    begins = item.id.partition("-")[0]
    return begins if begins in PARTS else ""


def indicators_of(form: Form) -> dict[str, tuple[Item, ...]]:
    """Part -> its indicators, in the order of the form."""
    return {part: tuple(one for one in form.items if part_of(one) == part) for part in PARTS}


def require_indicators(form: Form) -> None:
    """Return where each item is a number of points of one part; raises `VisitFormUnfit` with its line."""
    for line, one in enumerate(form.items, 1):
        if one.answer != NUMBER or not part_of(one):
            expected = " / ".join(f"{part}-… | {NUMBER}" for part in PARTS)
            raise VisitFormUnfit(line=line, expected=expected)


def points_by(form: Form, typed: Typed) -> list[dict[str, str]]:
    """The points of a grade by the indicators of a form; what was left open altogether is none."""
    found = []
    for one in form.items:
        points, datum = (text.strip() for text in typed.get(one.id, ("", "")))
        if points or datum:
            found.append({"part": part_of(one), "indicator": one.zh, "points": points, "datum": datum})
    return found
