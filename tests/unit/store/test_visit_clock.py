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
