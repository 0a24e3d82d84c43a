"""The clock of the device that a visit was filled in on, against the server's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from trace.store.visits.visits import PartRow

CAME = datetime(2026, 10, 24, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        (timedelta(days=38), timedelta(days=38)),
        (timedelta(minutes=6), timedelta(minutes=6)),
        (timedelta(minutes=5), None),
        (timedelta(hours=-30), None),
    ],
)
def test_a_clock_is_ahead_where_it_filled_in_after_it_came(ahead, told):
    """What came long after it was filled in may have waited without a network."""
    part = PartRow("XC2026-00001", "market", "a", "f", 1, "d", captured_at=CAME + ahead, saved_at=CAME)
    assert part.clock_ahead == told
    assert PartRow("XC2026-00001", "market", "a", "f", 1, "d").clock_ahead is None


@pytest.mark.parametrize(
    ("behind", "told"),
    [
        (timedelta(days=3), timedelta(days=-3)),
        (timedelta(days=-366), timedelta(days=366)),
        (timedelta(minutes=-5), None),
        (timedelta(minutes=2), None),
    ],
)
def test_a_clock_that_was_measured_tells_both_ways_and_when_it_was_filled_in(behind, told):
    """A telephone three days slow and one a year fast, each with a part that waited for thirty hours."""
    stated = CAME - timedelta(hours=30) - behind
    offset = round(behind.total_seconds())
    part = PartRow(
        "XC2026-00001", "market", "a", "f", 1, "d", captured_at=stated, saved_at=CAME, clock_offset=offset
    )
    assert part.clock_ahead == told
    assert part.captured_truly == CAME - timedelta(hours=30)
