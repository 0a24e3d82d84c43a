"""How often somebody may ask: a sliding window, by a hash that outlives nothing."""

from __future__ import annotations

import pytest

from scanner_web.frame.rate_limit import RateLimit

HOUR, LIMIT = 3600.0, 6


class Hand:
    """A clock moved by the test, in seconds."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def limit(hand: Hand) -> RateLimit[str]:
    return RateLimit(hand, remembered=100)


def test_the_limit_of_an_hour_holds_for_each_key_alone(limit, hand):
    for minute in range(LIMIT):
        hand.seconds = 60.0 * minute
        assert limit.take(("198.51.100.1", LIMIT), within=HOUR) == 0
    assert limit.take(("198.51.100.1", LIMIT), within=HOUR) == HOUR - 300
    assert limit.take(("198.51.100.2", LIMIT), within=HOUR) == 0


def test_the_hour_slides_and_what_is_refused_does_not_count(limit, hand):
    for minute in range(LIMIT):
        hand.seconds = 60.0 * minute
        limit.take(("a", LIMIT), within=HOUR)
    for second in range(100):
        hand.seconds = 3000.0 + second
        assert limit.take(("a", LIMIT), within=HOUR) > 0
    hand.seconds = 3600.0  # the first is an hour old, the second is not
    assert limit.wait(("a", LIMIT), within=HOUR) == 0
    assert limit.take(("a", LIMIT), within=HOUR) == 0
    assert limit.take(("a", LIMIT), within=HOUR) == 60


def test_where_one_of_several_keys_is_full_none_counts(limit):
    assert limit.take(("one a", 5), ("all", 1), within=HOUR) == 0
    assert limit.take(("one b", 1), ("all", 1), within=HOUR) == HOUR
    assert limit.take(("one b", 1), within=HOUR) == 0


def test_a_lower_limit_waits_for_as_many_as_are_too_many(limit, hand):
    for second in range(4):
        hand.seconds = float(second)
        limit.take(("a", 9), within=HOUR)
    assert limit.wait(("a", 2), within=HOUR) == HOUR - 1
    assert limit.wait(("b", 0), within=HOUR) == HOUR


def test_notes_last_as_long_as_their_counts(limit, hand):
    limit.take(("a", 9), within=HOUR, note="first")
    hand.seconds = 10.0
    limit.take(("a", 9), within=HOUR, note="second")
    limit.take(("a", 9), within=HOUR)
    assert limit.notes("a", HOUR) == ["first", "second"]
    hand.seconds = HOUR
    assert limit.notes("a", HOUR) == ["second"]


def test_no_address_is_kept_and_what_no_longer_counts_is_forgotten(limit, hand):
    for number in range(150):
        limit.take((f"198.51.100.{number}", LIMIT), within=HOUR)
    kept = vars(limit)["_counted"]
    assert "198.51.100" not in repr(vars(limit))
    assert len(kept) == 100
    other = RateLimit[str](hand)
    other.take(("198.51.100.149", LIMIT), within=HOUR)
    assert not set(vars(other)["_counted"]) & set(kept)
    hand.seconds = HOUR
    limit.take(("198.51.100.1", LIMIT), within=HOUR)
    assert len(kept) == 1
