"""Times in signed bytes: one form, whatever the runtime can read besides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from trace.ledger.times import in_utc, instant, whole_seconds

GOOD = {
    "2026-10-01T04:00:00Z": "2026-10-01T04:00:00+00:00",
    "2026-10-01T12:00:00+08:00": "2026-10-01T04:00:00+00:00",
    "2026-10-01T04:00:00.5Z": "2026-10-01T04:00:00.500000+00:00",
    "2026-10-01T04:00:00.123456-00:00": "2026-10-01T04:00:00.123456+00:00",
    "2024-02-29T23:59:59+23:59": "2024-02-29T00:00:59+00:00",
    "0001-01-01T00:00:00Z": "0001-01-01T00:00:00+00:00",
    "9999-12-31T23:59:59.999999Z": "9999-12-31T23:59:59.999999+00:00",
}


@pytest.mark.parametrize("text", list(GOOD))
def test_times_of_the_form_are_read(text):
    assert in_utc(instant(text)) == GOOD[text]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026-10-01T04:00:60Z",
            "2026-10-01T24:00:00Z",
            "2026-10-01T04:60:00Z",
            "2026-10-01T04:00:00+24:00",
        ),
        *("2026-10-01T04:00:00+05:75", "2026-10-01T04:00:00", "2026-10-01t04:00:00z", "2026-10-01 04:00:00Z"),
        *("2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-10-00T00:00:00Z", "0000-01-01T00:00:00Z"),
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-10-01T04:00:00.1234567Z"),
        *("2026-10-01T04:00:00.Z", "20261001T040000Z", "2026-W40-4T00:00:00Z", "２０２６-10-01T04:00:00Z"),
        *("2026-10-01T04:00:00Z\n", "", None, 0, ["2026-10-01T04:00:00Z"]),
    ],
)
def test_everything_else_is_no_time(text):
    assert instant(text) is None
    assert in_utc(None) is None


def test_spans_are_cut_towards_zero():
    spans = [timedelta(seconds=1.9), timedelta(seconds=-1.9), timedelta(0), -timedelta(microseconds=1)]
    assert [whole_seconds(one) for one in spans] == [1, -1, 0, 0]
    far = datetime(9999, 12, 31, 23, 59, 59, 999999, UTC) - datetime(1, 1, 1, tzinfo=UTC)
    assert whole_seconds(far) == far.days * 86400 + far.seconds
