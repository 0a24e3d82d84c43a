"""The publisher while witnesses are down: it asks ever more seldom and does not repeat itself."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import pytest

from api.publisher import REMIND_SECONDS, Publisher, Trouble
from trace.errors import Refusal, WitnessUnavailable

DOWN = WitnessUnavailable(witness="agri", reason="unreachable")
OTHER = WitnessUnavailable(witness="market", reason="unreachable")


class Answering:
    """A platform whose witnesses answer as told; it counts how often they were asked."""

    def __init__(self, *problems: Refusal) -> None:
        self.problems: tuple[Refusal, ...] = problems
        self.asked: list[float] = []
        self.enough = threading.Event()

    def on_append(self, bell: Callable[[], None]) -> None:
        pass

    def publish(self) -> tuple[Refusal, ...]:
        self.asked.append(time.monotonic())
        if len(self.asked) >= 5:
            self.enough.set()
        return self.problems


def test_a_witness_that_is_down_is_asked_ever_more_seldom() -> None:
    platform = Answering(DOWN)
    publisher = Publisher(platform, Answering.publish, retry=0.02)
    publisher.start()
    assert platform.enough.wait(10)
    publisher.stop()
    waits = [after - before for before, after in zip(platform.asked, platform.asked[1:], strict=False)]
    for number, least in enumerate((0.02, 0.04, 0.08, 0.16)):
        assert waits[number] >= least * 0.9


def test_the_same_trouble_is_told_once_then_at_intervals(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    trouble = Trouble(logging.getLogger("publisher-of-a-test"))
    told: list[int] = []
    for problems, now in (
        ((), 0.0),
        ((DOWN,), 1.0),
        ((DOWN,), 3.0),
        ((DOWN,), REMIND_SECONDS),
        ((DOWN,), REMIND_SECONDS + 1.5),
        ((DOWN, OTHER), REMIND_SECONDS + 2),
        ((), REMIND_SECONDS + 3),
        ((), REMIND_SECONDS + 4),
    ):
        before = len(caplog.records)
        trouble.tell(problems, now)
        told.append(len(caplog.records) - before)
    assert told == [0, 1, 0, 0, 1, 2, 1, 0]
    assert caplog.records[-1].levelno == logging.INFO


def test_what_nobody_foresaw_is_told_with_its_place(caplog: pytest.LogCaptureFixture) -> None:
    trouble = Trouble(logging.getLogger("publisher-of-a-test"))
    try:
        raise ZeroDivisionError("unforeseen")
    except ZeroDivisionError as failure:
        trouble.tell((failure,), 1.0)
    (record,) = caplog.records
    assert record.exc_info is not None
