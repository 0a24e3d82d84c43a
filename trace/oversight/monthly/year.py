"""The year's summary: the forms of its months put together, with what each figure means of several months.

It counts no record by itself: its lists are those of the monthly forms that were sent. What happened in a
month happened in the year, each thing once; what stands at the end of a month stands as the last one says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from trace.calendar.shanghai import SHANGHAI_TIME
from trace.oversight.commitments import due_day
from trace.oversight.monthly.document import FrozenForm
from trace.oversight.monthly.figures import Figure, Line, figure_of
from trace.oversight.monthly.steps import DUE
from trace.rules import Rules
from trace.rules.monthly_form import WITHIN, monthly_form
from trace.rules.rule import DERIVED

_YEAR_DIGITS: Final = 4


def is_year(period: str) -> bool:
    """Whether a form is the summary of a year (YYYY), not the form of a month (YYYY-MM)."""
    return len(period) == _YEAR_DIGITS


def months_over(year: str, today: date) -> tuple[str, ...]:
    """The months of a year (YYYY-MM) that are over on that day."""
    now = today.isoformat()[:7]
    return tuple(month for number in range(1, 13) if (month := f"{year}-{number:02d}") < now)


def of_months(months: Sequence[FrozenForm]) -> dict[str, Figure]:
    """The figures of these months together, in their order; one month at least.

    A figure that one of the months could not count is not known of the year: part of it would pass for all.
    """
    return {
        name: figure_of(defined, _within(name, months) if defined.at == WITHIN else _last(name, months))
        for name, defined in monthly_form().figures.items()
    }


def due_of_year(rules: Rules, year: str) -> datetime | None:
    """The end of the day by which the year's summary is sent; None where no rule says one."""
    rule = rules.find(DUE, date(int(year), 12, 31), part="year")
    if rule is None or rule.when.get("part") != "year":
        return None
    day = due_day(str(rule.value), int(year))
    return datetime.combine(day + timedelta(days=1), time.min, SHANGHAI_TIME)


def is_derived(rules: Rules, year: str) -> bool:
    """Whether that day is derived and in no text of that year: nobody is late by it."""
    rule = rules.find(DUE, date(int(year), 12, 31), part="year")
    return rule is not None and rule.confidence == DERIVED and int(year) > rule.since.year


def _within(name: str, months: Sequence[FrozenForm]) -> list[Line] | None:
    lists = [_lines(name, one.figures) for one in months]
    if any(one is None for one in lists):
        return None
    return [line for one in lists for line in one or ()]


def _last(name: str, months: Sequence[FrozenForm]) -> tuple[Line, ...] | None:
    return _lines(name, months[-1].figures)


def _lines(name: str, figures: Mapping[str, Figure]) -> tuple[Line, ...] | None:
    return figures[name].lines if name in figures else None
