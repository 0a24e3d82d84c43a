"""Days that people type, by what they are for."""

from __future__ import annotations

from datetime import date

import pytest

from trace.calendar.typed_days import DUE, HAPPENED, SINCE, STANDING, START, UNTIL, Span

TODAY = date(2026, 10, 24)


@pytest.mark.parametrize(
    ("span", "day", "holds"),
    [
        (DUE, "2026-10-24", True),
        (DUE, "2026-10-23", False),
        (DUE, "2028-10-25", True),
        (DUE, "2028-10-26", False),
        (DUE, "9999-12-31", False),
        (START, "2027-10-25", True),
        (START, "2027-10-26", False),
        (HAPPENED, "2026-10-25", False),
        (HAPPENED, "2016-10-25", True),
        (HAPPENED, "0206-10-24", False),
        (SINCE, "1949-10-01", True),
        (SINCE, "0202-10-24", False),
        (SINCE, "2062-10-24", False),
        (UNTIL, "2056-10-24", True),
        (UNTIL, "9999-12-31", False),
    ],
)
def test_a_day_lies_within_what_is_meant(span: Span, day: str, holds: bool) -> None:
    assert span.holds(date.fromisoformat(day), TODAY) is holds


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2026-10-24", date(2026, 10, 24)),
        ("1996-10-31", date(1996, 10, 31)),
        ("1996-01-01", None),
        ("2026-10-25", None),
        ("2026-13-01", None),
        ("", None),
    ],
)
def test_what_is_no_day_or_lies_too_far_is_not_read(typed: str, read: date | None) -> None:
    assert STANDING.read(typed, TODAY) == read
