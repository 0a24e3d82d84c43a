"""Heads of the list of duties that a visit covered: whole, in part, not, or not applicable."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trace.oversight.visits.answers import Answer
from trace.oversight.visits.coverage import covers_all, heads_covered
from trace.rules.duty_list import duty_list
from trace.rules.forms import Item, first_forms

DUTIES = duty_list().duties
FORMS = {one.id: one for one in first_forms()}
AGRI = FORMS["agriculture-7"]
ALL = [Answer(one.id, "yes") for one in AGRI.items]


def states(answers, form=AGRI) -> list[tuple[str, bool]]:
    return [(one.state, one.applies) for one in heads_covered(DUTIES, form, answers)]


@pytest.mark.requirement("S0-01")
def test_a_finding_covers_its_head_and_not_applicable_covers_none() -> None:
    assert states(ALL) == [("whole", True)] * 7
    assert covers_all(heads_covered(DUTIES, AGRI, ALL))
    found = [Answer("agriculture-check-1", "no", "台账缺 3 天"), Answer("agriculture-check-2", "na")]
    assert states(found) == [("whole", True), ("not", False), *[("not", True)] * 5]
    assert not covers_all(heads_covered(DUTIES, AGRI, [*ALL[:-1], Answer(ALL[-1].item, "na")]))


def test_a_head_of_several_items_is_covered_in_part_and_what_is_optional_may_stay_open() -> None:
    items = (
        Item("agriculture-check-1-a", "甲", "a"),
        Item("agriculture-check-1-b", "乙", "b"),
        Item("agriculture-check-1-c", "丙", "c", optional=True),
        Item("agriculture-check-10", "别的", "another"),
    )
    form = replace(AGRI, items=items)
    one, two = Answer("agriculture-check-1-a", "yes"), Answer("agriculture-check-1-b", "no", "缺")
    assert states([one], form)[0] == ("part", True)
    assert states([one, two], form)[0] == ("whole", True)
    assert states([one, two, Answer("agriculture-check-1-c", "na")], form)[0] == ("part", True)
    assert states([one, two], form)[1:] == [("not", True)] * 6, "a new form may have left heads out"


def test_a_form_that_is_not_by_heads_covers_none_and_is_not_counted() -> None:
    assert heads_covered(DUTIES, FORMS["daily-patrol"], [Answer("registered", "yes")]) == ()
    assert not covers_all(())
