"""What visits checked: which of them count as a firm's full check or as one of its visits of a year.

A full check is one by a form with every head of its department's duties; a signed record has them all
answered. A patrol and a re-check are neither, whichever form they use, and a record that does not say which
visit it was of counts as nothing here: it is not known what was looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from trace.chain.facts.oversight_forms import PATROL
from trace.oversight.visits.answers import NOT_APPLICABLE, Answer
from trace.rules.duty_list import Duty
from trace.rules.forms import Form

RECHECK: Final = "recheck"
_CHECK: Final = "check"
_NO_ROUTINE: Final = frozenset({"", PATROL, RECHECK})


@dataclass(frozen=True, slots=True)
class Checked:
    """A department's signed part of a visit: `form` and `version` of its checklist, "" and 0 where the record
    names none; `looked`: the items that were answered yes or no, None where the record does not say."""

    authority: str
    party: str
    number: str
    kind: str
    day: date
    form: str = ""
    version: int = 0
    looked: frozenset[str] | None = None

    @property
    def checklist(self) -> tuple[str, int]:
        return self.form, self.version

    @property
    def routine(self) -> bool:
        """Whether it is a visit of the sort that grades and full checks ask for."""
        return self.kind not in _NO_ROUTINE


def items_named(form: Form, duties: Iterable[Duty]) -> dict[str, str]:
    """Item of the form -> its name wherever it is asked: a head of duty has one in every form, an item of a
    form's own is that form's."""
    heads = tuple(f"{one.id}-" for one in duties)
    return {one.id: one.id if one.id.startswith(heads) else f"{form.id}/{one.id}" for one in form.items}


def items_looked_at(form: Form, duties: Iterable[Duty], answers: Iterable[Answer]) -> tuple[str, ...]:
    """The names of the items that were answered, but for those that do not apply."""
    names = items_named(form, duties)
    return tuple(names[one.item] for one in answers if one.item in names and one.value != NOT_APPLICABLE)


def has_every_head(form: Form, duties: Iterable[Duty]) -> bool:
    """Whether a form asks for every head of the checks that are its department's duty."""
    heads = {
        f"{duty.id}-{number}"
        for duty in duties
        if duty.kind == _CHECK and duty.department == form.department
        for number, _ in enumerate(duty.content, 1)
    }
    return bool(heads) and heads <= {one.id for one in form.items}


def last_full_checks(made: Iterable[Checked], whole: Collection[tuple[str, int]]) -> dict[str, date]:
    """Firm -> the day of its last full check; `whole`: the forms, by id and version, that have every head."""
    found: dict[str, date] = {}
    for one in made:
        if one.routine and one.checklist in whole and one.looked != frozenset():
            found[one.party] = max(one.day, found.get(one.party, one.day))
    return found


def routine_visits(made: Iterable[Checked], year: int, forms: Collection[str]) -> dict[str, int]:
    """Firm -> how many such visits by these forms were made in a year, each counted once."""
    found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in made:
        if one.routine and one.day.year == year and one.form in forms:
            found[one.party].add((one.authority, one.number))
    return {party: len(numbers) for party, numbers in found.items()}
