"""Entries of the register: which of a firm's entries of a kind holds on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime

from trace.oversight.register_entries import GRADE, Entry, standing_on

FIRM = "urn:uscc:mill"


def graded(seq: int, grade: str, since: date, until: date | None = None, at: int = 1) -> Entry:
    told = {"grade": grade}
    entered = datetime(2026, 3, at, 8, tzinfo=UTC)
    return Entry(FIRM, GRADE, seq, entered, told, since, until, "", "", "page", "bureau", "li", "李")


def test_a_grade_dated_ahead_leaves_the_one_before_it_standing() -> None:
    entries = [graded(1, "A", date(2026, 1, 1)), graded(2, "D", date(2026, 4, 1), at=2)]
    assert standing_on(date(2026, 3, 31), entries)[FIRM, GRADE].content["grade"] == "A"
    assert standing_on(date(2026, 4, 1), entries)[FIRM, GRADE].content["grade"] == "D"


def test_the_last_word_that_has_ended_brings_no_older_one_back() -> None:
    entries = [graded(1, "A", date(2026, 1, 1)), graded(2, "B", date(2026, 2, 1), date(2026, 3, 10), at=2)]
    assert standing_on(date(2026, 3, 11), entries) == {}


def test_what_was_entered_later_was_not_known_before() -> None:
    entries = [graded(1, "A", date(2026, 1, 1)), graded(2, "D", date(2026, 1, 1), at=20)]
    assert standing_on(date(2026, 3, 19), entries)[FIRM, GRADE].content["grade"] == "A"
