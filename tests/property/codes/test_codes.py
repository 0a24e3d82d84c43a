"""No serial twice, every serial back to its counter, sets of codes like sets of numbers."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders.range_book import RangeBook
from trace.codes.crockford import ALPHABET
from trace.codes.intervals import Interval, Intervals
from trace.codes.serials import COUNTERS, KeyRing, is_forbidden, parse
from trace.errors.codes import CodeUnregistered, SerialMalformed

EPOCHS = ALPHABET
RING = KeyRing("0", {epoch: f"secret of epoch {epoch}".encode().ljust(32) for epoch in EPOCHS})
counters = st.integers(0, COUNTERS - 1)
scopes = st.sampled_from(["gtin:06901234567892", "gtin:09521234100010", "platform"])
intervals = st.builds(Interval, st.integers(0, 60), st.integers(0, 20))


@given(epoch=st.sampled_from(EPOCHS), scope=scopes, counter=counters)
def test_every_serial_leads_back_and_survives_typing(epoch: str, scope: str, counter: int) -> None:
    serial = RING.key(epoch, scope).serial(counter)
    assert not is_forbidden(serial)
    assert RING.counter(parse(serial.lower().replace("1", "l").replace("0", "o")), scope) == counter


@given(serial=st.text(ALPHABET, min_size=12, max_size=12), scope=scopes)
def test_whatever_deciphers_was_a_serial(serial: str, scope: str) -> None:
    try:
        counter = RING.counter(serial, scope)
    except CodeUnregistered:
        return
    assert RING.key(serial[0], scope).serial(counter) == serial


@settings(max_examples=10)
@given(
    starts=st.lists(counters, min_size=len(EPOCHS), max_size=len(EPOCHS)),
    size=st.integers(1, 300),
)
def test_no_serial_comes_twice_across_all_epochs(starts: list[int], size: int) -> None:
    serials: set[str] = set()
    expected = 0
    for epoch, start in zip(EPOCHS, starts, strict=True):
        count = min(size, COUNTERS - start)
        serials.update(RING.key(epoch, "platform").serials(start, count))
        expected += count
    assert len(serials) == expected


@pytest.mark.soak
def test_ten_million_serials_of_four_epochs_are_all_different() -> None:
    made = [serial for epoch in "07EZ" for serial in RING.key(epoch, "platform").serials(0, 2_500_000)]
    assert len(set(made)) == len(made)
    assert not any(map(is_forbidden, made))


@given(sizes=st.lists(st.integers(1, 50), min_size=1, max_size=12), rotations=st.sets(st.integers(0, 11)))
def test_with_any_rotation_each_code_is_found_in_its_own_range(sizes: list[int], rotations: set[int]) -> None:
    ring, book, issued = KeyRing("0", {"0": RING.secrets["0"]}), RangeBook(), {}
    for number, size in enumerate(sizes):
        if number in rotations:
            following = EPOCHS[EPOCHS.index(ring.current) + 1]
            ring = ring.rotated(following, RING.secrets[following])
        held = book.allocate("platform", ring.current, size, f"lot {number}")
        key = ring.key(held.epoch, "platform")
        for serial in key.serials(held.interval.first, size):
            assert serial not in issued
            issued[serial] = f"lot {number}"
    assert len(issued) == sum(sizes)
    for serial, subject in issued.items():
        assert book.find(ring, "platform", serial).range.subject == subject


@given(acts=st.lists(st.tuples(st.booleans(), intervals), max_size=12), asked=intervals)
def test_intervals_behave_like_sets_of_numbers(acts: list[tuple[bool, Interval]], asked: Interval) -> None:
    expected: set[int] = set()
    held = Intervals()
    for add, each in acts:
        numbers = set(range(each.first, each.end))
        held = held.added(each) if add else held.removed(each)
        expected = expected | numbers if add else expected - numbers
    assert {number for number in range(100) if number in held} == expected
    assert held.total == len(expected)
    wanted = set(range(asked.first, asked.end))
    assert held.overlaps(asked) == bool(wanted & expected)
    assert held.covers(asked) == (wanted <= expected)
    assert list(held) == sorted(held)
    assert all(earlier.end < later.first for earlier, later in zip(list(held), list(held)[1:], strict=False))


def _answer(book: RangeBook, text: str) -> str:
    """What a resolver would do with a typed or scanned code."""
    try:
        return book.find(RING, "platform", parse(text)).standing
    except (SerialMalformed, CodeUnregistered) as refused:
        return refused.code


def _fuzzed(count: int) -> dict[str, int]:
    answers: dict[str, int] = {}
    rng, book = random.Random(20261012), RangeBook()
    held = book.allocate("platform", "7", 10**9, "lot").activated()
    book.replace(held)
    true = list(RING.key("7", "platform").serials(0, 100))
    for _ in range(count):
        text = list(rng.choice(true))
        for _ in range(rng.randrange(1, 4)):
            place, kind = rng.randrange(len(text) + 1), rng.randrange(3)
            sign = rng.choice([*EPOCHS, "\x00", "%", "稻", "-", "\ud800", "'", "\n", "o", "U"])
            text[place : place + (kind > 0)] = [sign] if kind < 2 else []
        answer = _answer(book, "".join(text))
        answers[answer] = answers.get(answer, 0) + 1
    return answers


def test_changed_codes_are_refused_with_an_answer() -> None:
    answers = _fuzzed(3000)
    assert set(answers) <= {"active", "serial-malformed", "code-unregistered"}
    assert answers["code-unregistered"] > 500
    assert answers["active"] < 300  # hyphens, and a letter read as the digit it looks like


@pytest.mark.soak
def test_a_hundred_thousand_changed_codes_are_refused_with_an_answer() -> None:
    assert set(_fuzzed(100_000)) <= {"active", "serial-malformed", "code-unregistered"}


def test_one_ring_serves_many_threads() -> None:
    key = RING.key("7", "platform")
    expected = list(key.serials(0, 400))
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(key.serial, range(400)))
        found = list(pool.map(lambda serial: RING.counter(serial, "platform"), made))
    assert made == expected
    assert found == list(range(400))
