"""Days as people write them out: read in one way, or in none."""

from __future__ import annotations

import pytest

from trace.exchange.tabular.written_days import read_written


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-10-06 9:30", "2026-10-06T09:30:00+08:00"),
        ("2026年10月6日 9时30分", "2026-10-06T09:30:00+08:00"),
        ("2026年10月6日9点30分15秒", "2026-10-06T09:30:15+08:00"),
        ("2026年10月6号 9点半", "2026-10-06T09:30:00+08:00"),
        ("2026-10-06 9时30", "2026-10-06T09:30:00+08:00"),
        ("2026/10/6 14时", "2026-10-06T14:00:00+08:00"),
        ("2026-10-6 上午9:30", "2026-10-06T09:30:00+08:00"),
        ("2026-10-6 下午 1:30", "2026-10-06T13:30:00+08:00"),
        ("2026-10-6 下午13:30", "2026-10-06T13:30:00+08:00"),
        ("2026-10-6 下午12:30", "2026-10-06T12:30:00+08:00"),
        ("2026—10—06 09:30", "2026-10-06T09:30:00+08:00"),
        ("2026.10.06T09:30:00Z", "2026-10-06T09:30:00+00:00"),
    ],
)
def test_a_moment_is_read(written: str, meant: str) -> None:
    found = read_written(written)
    assert found is not None
    assert (found[0].isoformat(), found[1]) == (meant, True)


@pytest.mark.parametrize("written", ["2026-10-06", "2026年10月6日", "20261006", "2026.10.6"])
def test_a_day_is_read(written: str) -> None:
    found = read_written(written)
    assert found is not None
    assert (found[0].isoformat(), found[1]) == ("2026-10-06T00:00:00+08:00", False)


@pytest.mark.parametrize(
    "written",
    [
        *("10/6/2026", "26-10-06", "2026-10/06", "2026-02-30", "2026-13-01", "10月6日", "2026-10"),
        *("2026-10-06 24:00", "2026-10-06 9:5", "2026-10-06 9:61", "2026-10-06 9", "2026-10-06 9:30 AM"),
        *("2026-10-06 上午12:30", "2026-10-06 上午13:00", "2026-10-06 下午", "2026-10-06 9:30+25:00"),
        *("2026-10-06 9点半15秒", "2026--10-06", "昨天", ""),
    ],
)
def test_what_may_mean_two_days_or_none_is_not_read(written: str) -> None:
    assert read_written(written) is None
