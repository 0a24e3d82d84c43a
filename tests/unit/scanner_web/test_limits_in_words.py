"""Ends of time limits in words: a limit of days is over with its last day, not on the day after."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from scanner_web.frame.rendering import until
from trace.calendar.shanghai import SHANGHAI_TIME
from trace.wording import say


def told(locale: str, *when: int) -> str:
    return until(datetime(*when, tzinfo=SHANGHAI_TIME), partial(say, locale))


def test_a_limit_that_ends_with_a_day_names_that_day() -> None:
    assert told("zh-CN", 2026, 10, 30) == "2026-10-29 当天结束前"
    assert told("en", 2026, 11, 1) == "until the end of 2026-10-31"
    assert told("zh-CN", 2026, 10, 30, 9, 5) == "2026-10-30 09:05"
