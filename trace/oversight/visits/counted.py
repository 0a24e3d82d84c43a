"""Visits as figures count them: once each, however many departments signed, with every record behind it.

家次 are visits, 家 are firms: three visits of one firm are three and one. A joint visit counts once both
departments have signed; before that it stands apart (`complete`). A record that another one replaces counts
no more from the moment that other one is in the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from trace.oversight.visits.makers import BOTH, JOINT


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """A signed record of a visit, one for each department: `findings` are counted, `rectify_by` is the last
    day of its order, `replaces` the record that it mends."""

    record: str
    number: str
    kind: str
    department: str
    authority: str
    party: str
    area: str
    day: date
    result: str
    inspectors: tuple[str, ...]
    findings: int
    rectify_by: date | None
    replaces: str
    logged_at: datetime


@dataclass(frozen=True, slots=True)
class VisitCounted:
    """A visit with what counts of it; `records` are those that stand, by department."""

    number: str
    kind: str
    party: str
    area: str
    day: date
    departments: tuple[str, ...]
    records: tuple[str, ...]
    inspectors: tuple[str, ...]
    findings: int
    rectify_by: date | None
    results: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every department that has to has signed it."""
        return self.kind != JOINT or set(BOTH) <= {*self.departments}

    @property
    def ordered(self) -> bool:
        return self.rectify_by is not None


@dataclass(frozen=True, slots=True)
class VisitFigures:
    """Figures over visits, each the list that it counts: 家次, 家, 人次, firms with findings or an order."""

    visits: tuple[VisitCounted, ...]

    @property
    def times(self) -> int:
        """开展检查 (家次)."""
        return len(self.visits)

    @property
    def firms(self) -> tuple[str, ...]:
        """The firms visited, each once (家)."""
        return _firms(self.visits)

    @property
    def inspectors(self) -> int:
        """检查人员 (人次): each inspector of each visit."""
        return sum(len(one.inspectors) for one in self.visits)

    @property
    def findings(self) -> int:
        return sum(one.findings for one in self.visits)

    @property
    def firms_with_findings(self) -> tuple[str, ...]:
        """发现问题企业 (家)."""
        return _firms(one for one in self.visits if one.findings)

    @property
    def firms_ordered(self) -> tuple[str, ...]:
        """责令整改企业 (家)."""
        return _firms(one for one in self.visits if one.ordered)

    @property
    def records(self) -> tuple[str, ...]:
        """Every record that these figures rest on."""
        return tuple(record for one in self.visits for record in one.records)


def counted(records: Iterable[VisitRecord]) -> tuple[VisitCounted, ...]:
    """The visits of these records by day and number, those that are replaced left out."""
    every = list(records)
    replaced = {one.replaces for one in every if one.replaces}
    by_number: dict[str, list[VisitRecord]] = {}
    for one in every:
        if one.record not in replaced:
            by_number.setdefault(one.number or one.record, []).append(one)
    found = [_counted(number, of) for number, of in by_number.items()]
    return tuple(sorted(found, key=lambda one: (one.day, one.number)))


def figures(visits: Iterable[VisitCounted], kind: str = "") -> VisitFigures:
    """The figures of one kind of visit, of every kind for ""; what is not complete counts in none."""
    return VisitFigures(tuple(one for one in visits if one.complete and kind in {"", one.kind}))


def _counted(number: str, of: Sequence[VisitRecord]) -> VisitCounted:
    last = {one.department: one for one in sorted(of, key=lambda one: one.logged_at)}
    ordered = [last[name] for name in sorted(last)]
    first = ordered[0]
    due = [one.rectify_by for one in ordered if one.rectify_by is not None]
    return VisitCounted(
        number,
        first.kind,
        first.party,
        first.area,
        min(one.day for one in ordered),
        tuple(one.department for one in ordered),
        tuple(one.record for one in ordered),
        tuple(sorted({card for one in ordered for card in one.inspectors})),
        sum(one.findings for one in ordered),
        max(due) if due else None,
        tuple(one.result for one in ordered),
    )


def _firms(visits: Iterable[VisitCounted]) -> tuple[str, ...]:
    return tuple(sorted({one.party for one in visits}))
