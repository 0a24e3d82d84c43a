"""The list of duties (职责清单) over producers of green food: which department does what, by which law.

Data in `duty_list.toml`: the rows of a published document, in its words. Checklists of visits are its heads.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

SOURCE: Final = Path(__file__).parent / "duty_list.toml"
PENALTY: Final = "penalty"
KINDS: Final = ("check", "measure", PENALTY)
"""行政检查, 行政强制, 行政处罚."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Articles of a law, as the list cites them: "109", "122-126"."""

    law: str
    articles: tuple[str, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """Each article that is cited, those between the ends of a range too."""
        ends = (one.partition("-") for one in self.articles)
        return tuple(at for first, _, last in ends for at in range(int(first), int(last or first) + 1))


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


def penalty_bases(department: str, jurisdictions: Collection[str]) -> tuple[str, ...]:
    """The articles on which a department rests its penalties; none where the list does not hold."""
    listed = duty_list()
    if listed.jurisdiction not in jurisdictions:
        return ()
    rows = (row for row in listed.duties if row.department == department and row.kind == PENALTY)
    cited = (f"{one.law} §{number}" for row in rows for one in row.basis for number in one.numbers)
    return tuple(dict.fromkeys(cited))


def typed_bases(bases: Iterable[str], jurisdictions: Collection[str]) -> frozenset[str]:
    """Those of a penalty's bases that the list holds for no department; none where it does not hold."""
    departments = {row.department for row in duty_list().duties}
    listed = {one for name in departments for one in penalty_bases(name, jurisdictions)}
    return frozenset(bases) - listed if listed else frozenset()


def _duty(row: dict[str, Any]) -> Duty:
    content = tuple(zip(row.pop("content"), row.pop("content_en"), strict=True))
    basis = tuple(Basis(one["law"], tuple(one["articles"])) for one in row.pop("basis"))
    return Duty(**row, content=content, basis=basis)
