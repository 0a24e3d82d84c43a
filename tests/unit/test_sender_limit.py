"""How often one sender may send: a sliding hour, by a hash that outlives nothing."""

from __future__ import annotations

from datetime import date

import pytest

from trace.errors import MessagesTooMany
from trace.rules import load
from trace.usecases.messages.sender_limit import SenderLimit

RULES, TODAY = load(), date(2026, 10, 12)
LIMIT = int(RULES.at("P20", TODAY).number)


class Hand:
    """A clock moved by the test, in seconds."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_the_limit_of_an_hour_holds_for_each_sender_alone() -> None:
    hand = Hand()
    limit = SenderLimit(hand)
    for minute in range(LIMIT):
        hand.seconds = 60.0 * minute
        limit.take("198.51.100.1", RULES, TODAY)
    with pytest.raises(MessagesTooMany) as refused:
        limit.take("198.51.100.1", RULES, TODAY)
    assert refused.value.params == {"limit": LIMIT}
    limit.take("198.51.100.2", RULES, TODAY)


def test_the_hour_slides_and_refused_messages_do_not_count() -> None:
    hand = Hand()
    limit = SenderLimit(hand)
    for minute in range(LIMIT):
        hand.seconds = 60.0 * minute
        limit.take("a", RULES, TODAY)
    for second in range(100):
        hand.seconds = 3000.0 + second
        with pytest.raises(MessagesTooMany):
            limit.take("a", RULES, TODAY)
    hand.seconds = 3600.0  # the first is an hour old, the second is not
    limit.take("a", RULES, TODAY)
    with pytest.raises(MessagesTooMany):
        limit.take("a", RULES, TODAY)


def test_no_address_is_kept() -> None:
    limit = SenderLimit(Hand())
    limit.take("198.51.100.1", RULES, TODAY)
    assert "198.51.100.1" not in repr(vars(limit))
    assert repr(vars(limit)["_taken"]) != repr(vars(SenderLimit(Hand()))["_taken"])
