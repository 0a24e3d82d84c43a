"""The list of duties (职责清单) over producers of green food: which department does what, by which law.

Data in `duty_list.toml`: the rows of a published document, in its words. Checklists of visits are its heads.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

SOURCE: Final = Path(__file__).parent / "duty_list.toml"
KINDS: Final = ("check", "measure", "penalty")
"""行政检查, 行政强制, 行政处罚."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Articles of a law, as the list cites them: "109", "122-126"."""

    law: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """A row of the list. `content`: heads of a check, cases of a measure or penalty, as (zh, en)."""

    id: str
    department: str
    kind: str
    matter: str
    content: tuple[tuple[str, str], ...]
    basis: tuple[Basis, ...]


@dataclass(frozen=True, slots=True)
class DutyList:
    """The list with the document that it stands in."""

    document: str
    annex: str
    title: str
    since: date
    jurisdiction: str
    confidence: str
    duties: tuple[Duty, ...]


@cache
def duty_list() -> DutyList:
    """The list in force; the rows in the document's order."""
    table = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    rows = table.pop("duty")
    return DutyList(**table, duties=tuple(_duty(row) for row in rows))


def _duty(row: dict[str, Any]) -> Duty:
    content = tuple(zip(row.pop("content"), row.pop("content_en"), strict=True))
    basis = tuple(Basis(one["law"], tuple(one["articles"])) for one in row.pop("basis"))
    return Duty(**row, content=content, basis=basis)
