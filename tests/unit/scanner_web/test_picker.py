"""一品一码: hundreds of batches under their days."""

from __future__ import annotations

from scanner_web.consumer.picker import NEWEST, picker_of
from trace.usecases.batch_page.page import ListedBatch


def batch(number: str, day: str | None, state: str = "active") -> ListedBatch:
    return ListedBatch(number, day, state)


MANY = [batch(f"B{n}{half}", f"2026-{1 + n // 28:02}-{1 + n % 28:02}") for n in range(200) for half in "ab"]


def test_the_newest_days_come_first_and_the_rest_is_counted() -> None:
    found = picker_of(MANY[::-1], "")
    assert [day.day for day in found.days][:2] == ["2026-08-04", "2026-08-03"]
    assert found.days[0].batches == (("B199b", "active"), ("B199a", "active"))
    assert (len(found.days), found.count, found.more) == (NEWEST, 400, 400 - 2 * NEWEST)
    assert (found.first, found.last) == ("2026-01-01", "2026-08-04")


def test_a_day_shows_its_batches_and_a_day_without_any_the_newest() -> None:
    found = picker_of(MANY, "2026-01-05")
    assert [[number for number, _ in day.batches] for day in found.days] == [["B4a", "B4b"]]
    assert found.found
    none = picker_of(MANY, "2027-01-05")
    assert (none.asked, none.found, len(none.days)) == ("2027-01-05", False, NEWEST)
    assert picker_of(MANY, "yesterday").asked == ""


def test_a_number_stands_once_under_its_newest_pack() -> None:
    found = picker_of([batch("B1", "2026-03-02"), batch("B1", "2026-03-01", "void"), batch("B2", None)], "")
    assert [(day.day, day.batches) for day in found.days] == [
        ("2026-03-02", (("B1", "active"),)),
        ("", (("B2", "active"),)),
    ]
    assert found.count == 2


def test_no_batches_are_no_days() -> None:
    assert picker_of([], "2026-01-01").days == ()
