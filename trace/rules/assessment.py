"""The yearly assessment (考核表) of a district's supervision of farm produce: its items and what counts each.

Data in `assessment.toml`. The document names its form without containing it: the items are what its clauses
ask for, without points.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).parent / "assessment.toml"


@dataclass(frozen=True, slots=True)
class AssessedItem:
    """What a clause asks for. `counts`: the name of what counts it, "" where no record can say."""

    clause: str
    counts: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class AssessmentForm:
    """The form with the document that names it."""

    document: str
    annex: str
    title: str
    title_en: str
    jurisdiction: str
    confidence: str
    items: tuple[AssessedItem, ...]


@cache
def assessment_form() -> AssessmentForm:
    """The form in force."""
    table = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    items = tuple(AssessedItem(**one) for one in table.pop("item"))
    return AssessmentForm(**table, items=items)
