"""How often the same is drawn from: by the lists or the matter, within a year, whatever the title."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from trace.oversight.draws_in_log import AGAIN, draws_in_log
from trace.oversight.official_acts import ActSaid

BEGAN = datetime(2026, 1, 5, 2, tzinfo=UTC)


def begun(name: str, matter: str, *, after: timedelta = timedelta(), authority: str = "bureau") -> ActSaid:
    at = BEGAN + after
    data = {"matter": matter, "planHash": name, "objects": 2, "take": 1}
    return ActSaid(name, "oversight.draw", authority, at, data, at, "")


def told(said: list[ActSaid], **lists: str) -> list[tuple[str, int, int, int]]:
    """By arrival: statement, attempt, attempts, and the most firms in common."""
    found = draws_in_log(said, {name: frozenset(firms) for name, firms in lists.items()})
    return [(one.statement, one.attempt, one.attempts, one.shared) for one in reversed(found)]


@pytest.mark.requirement("S1-03")
def test_another_title_or_authority_hides_no_repeat():
    said = [begun("p", "一季度"), begun("q", "换个名目"), begun("r", "别的", authority="other")]
    assert told(said, p="AB", q="BCD", r="BC") == [("p", 1, 3, 1), ("q", 2, 3, 2), ("r", 3, 3, 2)]
    assert told(said, p="AB", q="CD", r="EF") == [("p", 1, 1, 0), ("q", 1, 1, 0), ("r", 1, 1, 0)]


def test_the_same_matter_of_an_authority_counts_without_its_lists():
    said = [begun("p", "一季度"), begun("q", "一季度"), begun("r", "一季度", authority="other")]
    assert told(said) == [("p", 1, 2, 0), ("q", 2, 2, 0), ("r", 1, 1, 0)]


@pytest.mark.parametrize(("after", "attempts"), [(AGAIN, 2), (AGAIN + timedelta(days=1), 1)])
def test_what_lies_a_year_apart_is_no_repeat(after, attempts):
    said = [begun("p", "去年"), begun("q", "今年", after=after)]
    assert [one[2] for one in told(said, p="AB", q="AB")] == [attempts] * 2
