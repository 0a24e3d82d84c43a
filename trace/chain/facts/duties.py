"""Lists of responsibility, tasks and supervision of an authority's unit, and the commitment to them.

An office answers for each, never a person by name: no form has room for one.
Source: 黄陂区深化推进食品安全全要素全环节智慧监管服务工作实施方案 二(十).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind, any_subject
from trace.chain.facts.reading import many, one_of, several, whole
from trace.chain.needs import Needs
from trace.parties import REGULATORS

LISTS: Final = ("responsibility", "task", "supervision")
"""责任清单, 任务清单, 督查清单."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutiesListed(Fact):
    """A list of a year: for which unit, which office answers, and what it holds."""

    list: str
    year: int
    unit: str
    office: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutiesCommitted(Fact):
    """The commitment to the lists of a unit and year, by the records that it names."""

    year: int
    unit: str
    office: str
    lists: tuple[str, ...]

    def needs(self) -> Needs:
        named = frozenset(self.lists)
        return Needs(statements=named, records=named)


DUTIES = Kind(
    "oversight.duties",
    DutiesListed,
    {
        "list": one_of(*LISTS),
        "year": whole(2000, 2999),
        "unit": urns.line,
        "office": urns.line,
        "items": many(urns.line, 1, 100),
    },
    subject=any_subject,
    stated_by=REGULATORS,
    agri=True,
)
COMMITTED = Kind(
    "oversight.duties.commitment",
    DutiesCommitted,
    {
        "year": whole(2000, 2999),
        "unit": urns.line,
        "office": urns.line,
        "lists": several(urns.statement_id, len(LISTS), len(LISTS)),
    },
    subject=any_subject,
    stated_by=REGULATORS,
    agri=True,
)
