"""一品一码: hundreds of batches under their days."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from scanner_web.consumer.picker import NEWEST, Picker, picker_of
from trace.usecases.batch_page.page import ListedBatch


def batch(number: str, day: str | None, state: str = "normal", lot: int = 0) -> ListedBatch:
    return ListedBatch(number, day, state, f"digest-{lot}", lot)


def as_listed(_lots: Collection[int]) -> dict[int, str]:
    """Nothing came from above: the states stay as they were listed."""
    return {}


MANY = [batch(f"B{n}{half}", f"2026-{1 + n // 28:02}-{1 + n % 28:02}") for n in range(200) for half in "ab"]


def numbers(found: Picker) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(day.day, [(each.number, each.state) for each in day.batches]) for day in found.days]


def test_the_newest_days_come_first_and_the_rest_is_counted() -> None:
    found = picker_of(MANY[::-1], "", as_listed)
    assert [day.day for day in found.days][:2] == ["2026-08-04", "2026-08-03"]
    assert numbers(found)[0][1] == [("B199b", "normal"), ("B199a", "normal")]
    assert (len(found.days), found.count, found.more) == (NEWEST, 400, 400 - 2 * NEWEST)
    assert (found.first, found.last) == ("2026-01-01", "2026-08-04")


def test_a_day_shows_its_batches_and_a_day_without_any_the_newest() -> None:
    found = picker_of(MANY, "2026-01-05", as_listed)
    assert [[number for number, _ in batches] for _, batches in numbers(found)] == [["B4a", "B4b"]]
    assert found.found
    none = picker_of(MANY, "2027-01-05", as_listed)
    assert (none.asked, none.found, len(none.days)) == ("2027-01-05", False, NEWEST)
    assert picker_of(MANY, "yesterday", as_listed).asked == ""


TWICE = [
    batch("B1", "2026-03-02", lot=3),
    batch("B1", "2026-03-01", "withdrawn", lot=2),
    batch("B1", "2026-03-01", lot=1),
    batch("B2", None, lot=4),
]


def test_a_number_stands_under_each_day_of_its_packs_with_the_worst_of_them() -> None:
    found = picker_of(TWICE, "", as_listed)
    assert numbers(found) == [
        ("2026-03-02", [("B1", "normal")]),
        ("2026-03-01", [("B1", "withdrawn")]),
        ("", [("B2", "normal")]),
    ]
    assert [each.pick for day in found.days for each in day.batches] == ["digest-3", "digest-2", ""]
    assert found.count == 3


def test_what_comes_from_above_is_asked_for_what_is_shown_alone_and_picks_the_worst() -> None:
    asked: list[int] = []

    def recalled(lots: Collection[int]) -> dict[int, str]:
        asked.extend(lots)
        return {1: "recalled", 2: "withdrawn", 3: "normal"}

    found = picker_of(TWICE, "2026-03-01", recalled)
    assert sorted(asked) == [1, 2]
    (choice,) = found.days[0].batches
    assert (choice.state, choice.pick) == ("recalled", "digest-1")


def test_no_batches_are_no_days() -> None:
    assert picker_of([], "2026-01-01", as_listed).days == ()


@pytest.mark.parametrize(
    "typed", ["２０２６年10月12日", "2026/10/12", "20261012", "2026.10.12", " 2026－10－12。"]
)
def test_a_day_is_read_however_it_is_written(typed):
    assert picker_of([], typed).asked == "2026-10-12"
