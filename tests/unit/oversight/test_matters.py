"""Clocks of a hotline's matter: what runs under which profile, and from what it counts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from trace.oversight.deadlines import deadline
from trace.oversight.matters import REPORT, clocks_of_accepted, clocks_of_new, first_due
from trace.rules import load

SINCE = datetime(2026, 10, 20, 2, tzinfo=UTC)
SHANGHAI = ("CN-31", "CN-310113", "demo")


def ends(profile: str, rule: str, **when: str) -> datetime:
    return deadline(load(profile).at(rule, SINCE.date(), **when), SINCE).ends


@pytest.mark.requirement("S3-35")
@pytest.mark.parametrize("profile", [*SHANGHAI, "CN", "CN-42", "CN-51"])
def test_a_new_complaint_has_two_days_in_shanghai_alone_and_seven_everywhere(profile):
    rules, here = load(profile), profile in SHANGHAI
    found = {one.name: one.due for one in clocks_of_new(rules, "", SINCE, passed_on=False)}
    passing = {"passing-on": ends(profile, "R48")} if here else {}
    assert found == {**passing, "accepting": ends(profile, "R49")}
    first = first_due(clocks_of_new(rules, "", SINCE, passed_on=False))
    assert first is not None
    assert first.isoformat() == ("2026-10-22T16:00:00+00:00" if here else "2026-10-29T16:00:00+00:00")
    assert [one.name for one in clocks_of_new(rules, "", SINCE, passed_on=True)] == ["accepting"]


def test_an_accepted_complaint_is_mediated_and_a_report_is_checked():
    rules = load("CN-31")
    (clock,) = clocks_of_accepted(rules, "complaint", SINCE)
    assert (clock.name, clock.due) == ("mediating", ends("CN-31", "R49", what="mediation"))
    assert clocks_of_accepted(rules, REPORT, SINCE) == ()
    names = [(one.name, one.due) for one in clocks_of_new(rules, REPORT, SINCE, passed_on=True)]
    assert names == [("checking", ends("CN-31", "R69", what="clue"))]


def test_a_limit_that_no_calendar_ends_is_a_clock_without_an_end():
    late = datetime(2039, 12, 30, tzinfo=UTC)
    found = clocks_of_new(load("CN-31"), "", late, passed_on=False)
    assert [(one.name, one.due) for one in found] == [("passing-on", None), ("accepting", None)]
    assert first_due(found) is None
