"""Which visits make a full check, which count in the year, and which forms ask for every head."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from trace.oversight.visits.answers import Answer
from trace.oversight.visits.checked import (
    Checked,
    has_every_head,
    items_looked_at,
    last_full_checks,
    routine_visits,
)
from trace.rules.duty_list import duty_list
from trace.rules.forms import first_forms

FORMS = {one.id: one for one in first_forms()}
WHOLE = {("market-12", 1)}
JOINT = Checked("a", "P", "XC1", "joint", date(2026, 9, 10), "market-12", 1, frozenset({"market-check-1"}))


def test_forms_of_every_head_are_those_of_the_list_of_duties() -> None:
    whole = {name for name, form in FORMS.items() if has_every_head(form, duty_list().duties)}
    assert whole == {"market-12", "agriculture-7", "green-yearly"}
    shorter = replace(FORMS["market-12"], items=FORMS["market-12"].items[1:])
    assert not has_every_head(shorter, duty_list().duties)


@pytest.mark.requirement("S0-16")
@pytest.mark.parametrize(
    ("changed", "full", "visits"),
    [
        ({}, True, 1),
        ({"looked": None}, True, 1),
        ({"looked": frozenset()}, False, 1),
        ({"form": "system-check", "kind": "system"}, False, 1),
        ({"version": 2}, False, 1),
        ({"kind": "patrol"}, False, 0),
        ({"kind": "recheck"}, False, 0),
        ({"kind": ""}, False, 0),
        ({"day": date(2025, 12, 31)}, True, 0),
        ({"form": "agriculture-7"}, False, 0),
    ],
)
def test_a_full_check_has_every_head_and_is_neither_a_patrol_nor_a_re_check(changed, full, visits) -> None:
    made = [replace(JOINT, **changed)]
    assert (last_full_checks(made, WHOLE) == {"P": made[0].day}) is full
    assert routine_visits(made, 2026, {"market-12", "system-check"}).get("P", 0) == visits


def test_the_last_day_counts_and_a_visit_that_was_mended_counts_once() -> None:
    earlier = replace(JOINT, number="XC0", day=date(2026, 3, 1))
    made = [JOINT, earlier, JOINT]
    assert last_full_checks(made, WHOLE) == {"P": JOINT.day}
    assert routine_visits(made, 2026, {"market-12"}) == {"P": 2}


def test_a_head_has_one_name_in_every_form_and_an_item_of_a_form_s_own_is_that_form_s() -> None:
    form, duties = FORMS["green-yearly"], duty_list().duties
    given = [
        Answer("agriculture-check-1", "yes"),
        Answer("agriculture-check-2", "na"),
        Answer("licence", "no"),
    ]
    assert items_looked_at(form, duties, given) == ("agriculture-check-1", "green-yearly/licence")
