"""The monthly form (月统计报表) of joint supervision: rows in the words of the document, and what they count.

Data in `monthly_form.toml`. A row of the document has one figure or two; a figure says what one line of its
list is, when it counts, where it comes from and which other list it is part of.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

SOURCE: Final = Path(__file__).parent / "monthly_form.toml"
COUNT: Final = "count"
SUM: Final = "sum"
WHETHER: Final = "whether"
SORTS: Final = (COUNT, SUM, WHETHER)
WITHIN: Final = "within"
TIMES: Final = ("end", WITHIN, "ever")


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the form; `note` stands under its name."""

    number: int
    zh: str
    en: str
    note: str = ""
    note_en: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row as printed, with the figures that stand in its last column."""

    section: int
    zh: str
    en: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Defined:
    """What a figure counts. `within`: the figure whose list holds all of this one's, "" for none."""

    id: str
    unit: str
    sort: str
    distinct: str
    at: str
    zh: str
    en: str
    source: str
    requirement: str
    within: str = ""


@dataclass(frozen=True, slots=True)
class MonthlyForm:
    """The form with the document that it stands in; `version` changes with every word of it."""

    document: str
    annex: str
    title: str
    title_en: str
    since: date
    jurisdiction: str
    confidence: str
    header: tuple[str, ...]
    columns: tuple[str, ...]
    columns_en: tuple[str, ...]
    sections: tuple[Section, ...]
    rows: tuple[Row, ...]
    figures: dict[str, Defined]
    version: str


@cache
def monthly_form() -> MonthlyForm:
    """The form in force."""
    raw = SOURCE.read_bytes()
    table = tomllib.loads(raw.decode())
    sections = tuple(Section(**one) for one in table.pop("section"))
    rows = tuple(_row(one) for one in table.pop("row"))
    figures = {one["id"]: Defined(**one) for one in table.pop("figure")}
    table |= {name: tuple(table[name]) for name in ("header", "columns", "columns_en")}
    version = hashlib.sha256(raw).hexdigest()[:12]
    return MonthlyForm(**table, sections=sections, rows=rows, figures=figures, version=version)


def _row(one: dict[str, Any]) -> Row:
    return Row(one["section"], one["zh"], one["en"], tuple(one["figures"]))
