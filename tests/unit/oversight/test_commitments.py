"""How far a farm's year is, and what its commitment says otherwise than the register."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from trace.oversight.commitments import (
    COMMITTED,
    LATE,
    OTHER_AREA,
    OVERDUE,
    TOLD,
    UNLISTED,
    UNREGISTERED,
    UNTOLD,
    Difference,
    differences,
    due_day,
    last_day,
    matter_of,
    state_of,
    total_mu,
)
from trace.oversight.grid import Plot

MARCH = date(2026, 3, 31)
APRIL = date(2026, 4, 1)


@pytest.mark.requirement("S1-17")
@pytest.mark.parametrize(
    ("told", "signed_on", "today", "state"),
    [(False, None, MARCH, UNTOLD), (False, None, APRIL, UNTOLD), (True, None, MARCH, TOLD),
     (True, None, APRIL, OVERDUE), (True, MARCH, APRIL, COMMITTED), (True, APRIL, APRIL, LATE),
     (False, APRIL, APRIL, COMMITTED)],
)  # fmt: skip
def test_only_a_farm_that_was_told_is_late(told, signed_on, today, state):
    assert state_of(told=told, signed_on=signed_on, due=MARCH, today=today) == state


def test_without_a_rule_nothing_is_overdue():
    assert state_of(told=True, signed_on=None, due=None, today=APRIL) == TOLD
    assert state_of(told=True, signed_on=APRIL, due=None, today=APRIL) == COMMITTED


def test_a_notice_that_came_late_gives_its_own_day():
    assert due_day("03-31", 2026) == MARCH
    assert last_day(MARCH, "") == MARCH
    assert last_day(MARCH, "2026-03-01") == MARCH, "a notice shortens no limit"
    assert last_day(MARCH, "2026-10-31") == date(2026, 10, 31)
    assert last_day(None, "2026-10-31") == date(2026, 10, 31)
    assert last_day(None, "") is None
    assert last_day(MARCH, "", APRIL) is None, "nobody is late by a day that was over when they were told"
    assert last_day(MARCH, "2026-03-01", APRIL) is None
    assert last_day(MARCH, "2026-10-31", APRIL) == date(2026, 10, 31)
    assert last_day(MARCH, "", MARCH) == MARCH
    assert matter_of("GZ", "310151", 2026) == "GZ310151-2026"


def plot(urn: str, mu: str | None) -> Plot:
    return Plot(urn, f"田{urn}", "310151", "", None if mu is None else Decimal(mu))


def said(urn: str, mu: str) -> dict[str, object]:
    return {"plot": urn, "areaMu": mu}


@pytest.mark.requirement("S1-18")
def test_what_differs_is_named_and_nothing_else():
    plots = [said("a", "28.6"), said("b", "30"), said("x", "5")]
    registered = [plot("a", "28"), plot("b", "31"), plot("c", "7"), plot("d", None)]
    assert differences(plots, registered) == (
        Difference(OTHER_AREA, "b", "田b", Decimal(30), Decimal(31)),
        Difference(UNLISTED, "c", "田c", None, Decimal(7)),
        Difference(UNLISTED, "d", "田d", None, None),
        Difference(UNREGISTERED, "x", "", Decimal(5), None),
    )
    assert differences([said("d", "9")], [plot("d", None)]) == (), "an area nobody stated contradicts none"
    assert differences([said("b", "28.5")], [plot("b", "28.6")]) != ()
    assert total_mu(plots) == Decimal("63.6")
