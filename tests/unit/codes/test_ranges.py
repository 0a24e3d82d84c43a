"""Ranges: allocated once, activated, recalled and voided by interval, at no cost per code."""

from __future__ import annotations

import sqlite3
import tracemalloc

import pytest

from tests.builders.range_book import RangeBook
from trace.codes.intervals import Interval, Intervals
from trace.codes.ranges import CodeRange, Standing
from trace.codes.serials import KeyRing, gtin_scope
from trace.errors.codes import CodesWithdrawn, CodeUnregistered, RangeOutside

RICE = gtin_scope("6901234567892")
LOT = "urn:lot:91310000MA1FL0000X:M20261012A"
RING = KeyRing("7", {"7": b"7" * 32}).rotated("8", b"8" * 32)


def test_ranges_follow_each_other_and_every_code_finds_its_own() -> None:
    book = RangeBook()
    first = book.allocate(RICE, "7", 1000, LOT)
    second = book.allocate(RICE, "7", 500, LOT + "2")
    other = book.allocate(RICE, "8", 10, LOT)
    assert (first.interval, second.interval) == (Interval(0, 1000), Interval(1000, 500))
    assert other.interval.first == 0
    for counter, expected in ((0, LOT), (999, LOT), (1000, LOT + "2"), (1499, LOT + "2")):
        found = book.find(RING, RICE, RING.key("7", RICE).serial(counter))
        assert (found.range.subject, found.counter, found.standing) == (expected, counter, Standing.ALLOCATED)
    assert list(book) == [first, second, other]


def test_a_true_form_that_was_never_allocated_is_unregistered() -> None:
    book = RangeBook()
    book.allocate(RICE, "7", 1000, LOT)
    for serial in (RING.key("7", RICE).serial(1000), RING.key("8", RICE).serial(1), "700000000000"):
        with pytest.raises(CodeUnregistered):
            book.find(RING, RICE, serial)
    with pytest.raises(CodeUnregistered):
        book.find(RING, gtin_scope("09521234100010"), RING.key("7", RICE).serial(1))


def test_void_comes_before_recalled_before_active() -> None:
    held = CodeRange(RICE, "7", Interval(0, 100), LOT)
    assert held.standing(5) is Standing.ALLOCATED
    held = held.activated(Interval(0, 50))
    assert (held.standing(49), held.standing(50)) == (Standing.ACTIVE, Standing.ALLOCATED)
    held = held.recalled_in(Interval(40, 20))
    assert [held.standing(each) for each in (39, 40, 59, 60)] == [
        "active",
        "recalled",
        "recalled",
        "allocated",
    ]
    held = held.voided(Interval(45, 1))
    assert [held.standing(each) for each in (44, 45, 46)] == ["recalled", "void", "recalled"]
    held = held.released()
    assert [held.standing(each) for each in (44, 45, 50)] == ["active", "void", "allocated"]


def test_void_codes_never_come_back() -> None:
    held = CodeRange(RICE, "7", Interval(0, 100), LOT).voided(Interval(10, 5))
    with pytest.raises(CodesWithdrawn):
        held.activated(Interval(0, 11))
    assert held.activated(Interval(0, 10)).activated(Interval(15, 85)).active.total == 95


@pytest.mark.parametrize("part", [Interval(99, 2), Interval(-1, 5), Interval(5, 0), Interval(200, 1)])
def test_acts_outside_the_range_are_refused(part: Interval) -> None:
    held = CodeRange(RICE, "7", Interval(0, 100), LOT)
    for act in (held.activated, held.voided, held.recalled_in, held.released):
        with pytest.raises(RangeOutside):
            act(part)


def test_a_counter_of_another_range_has_no_standing_here() -> None:
    with pytest.raises(RangeOutside):
        CodeRange(RICE, "7", Interval(0, 100), LOT).standing(100)


def test_intervals_merge_and_split() -> None:
    held = Intervals().added(Interval(10, 5)).added(Interval(20, 5)).added(Interval(15, 5))
    assert list(held) == [Interval(10, 15)]
    assert list(held.removed(Interval(12, 3))) == [Interval(10, 2), Interval(15, 10)]
    assert held.removed(Interval(0, 10)) == held
    assert held.removed(Interval(0, 100)) == Intervals()
    assert held.covers(Interval(10, 15)) and not held.covers(Interval(10, 16))
    assert held.overlaps(Interval(24, 9)) and not held.overlaps(Interval(25, 9))


def a_thousand_million_codes() -> RangeBook:
    """1,000 print runs of a million, all activated, 10 recalled in part, 1,000 rolls and packs void."""
    book = RangeBook()
    for number in range(1000):
        held = book.allocate(RICE, "78"[number % 2], 1_000_000, f"{LOT}{number}").activated()
        start = held.interval.first
        held = held.voided(Interval(start + 77_777, 1 if number % 2 else 1000))
        book.replace(held.recalled_in(Interval(start, 250_000)) if number % 100 == 0 else held)
    return book


def test_a_thousand_million_codes_are_kept_in_less_than_a_megabyte() -> None:
    tracemalloc.start()
    try:
        book = a_thousand_million_codes()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    ranges = list(book)
    assert sum(each.interval.count for each in ranges) == 10**9
    assert sum(each.active.total for each in ranges) == 10**9
    rows = sqlite3.connect(":memory:")
    rows.execute("CREATE TABLE code_range (scope INT, epoch TEXT, first INT, count INT, lot INT)")
    rows.execute("CREATE TABLE code_act (scope INT, epoch TEXT, kind INT, first INT, count INT)")
    for number, each in enumerate(ranges):
        rows.execute(
            "INSERT INTO code_range VALUES (1, ?, ?, ?, ?)",
            (each.epoch, each.interval.first, each.interval.count, number),
        )
        for kind, acts in enumerate((each.active, each.recalled, each.void)):
            for act in acts:
                rows.execute(
                    "INSERT INTO code_act VALUES (1, ?, ?, ?, ?)", (each.epoch, kind, act.first, act.count)
                )
    rows.execute("CREATE INDEX by_first ON code_range (scope, epoch, first)")
    rows.execute("CREATE INDEX act_first ON code_act (scope, epoch, first)")
    (pages,), (size,) = (
        rows.execute("PRAGMA page_count").fetchone(),
        rows.execute("PRAGMA page_size").fetchone(),
    )
    rows.close()
    assert pages * size < 1_000_000
    assert held < 1_000_000  # in memory too: about 700 bytes a range, whatever its size


def test_among_a_thousand_million_codes_each_is_found_by_two_look_ups() -> None:
    book = a_thousand_million_codes()
    key = RING.key("8", RICE)
    found = book.find(RING, RICE, key.serial(499_999_999))
    assert (found.range.subject, found.standing) == (f"{LOT}999", Standing.ACTIVE)
    assert book.find(RING, RICE, key.serial(77_777)).standing is Standing.VOID
    assert book.find(RING, RICE, RING.key("7", RICE).serial(0)).standing is Standing.RECALLED
