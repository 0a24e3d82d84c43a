"""The production server with its two witnesses as processes: whoever posts leaves them room to read."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from api.waiting import WAIT_SECONDS
from bench.former import HERE
from bench.posting import Crowd
from bench.served_log import served_log

POSTERS = 4


@pytest.mark.slow
def test_as_many_posters_as_threads_are_answered_and_cosigned(tmp_path: Path) -> None:
    """Were each to wait for its cosignatures on its thread, all would wait in vain and to the end."""
    with served_log(HERE, tmp_path / "platform", threads=str(POSTERS)) as served:
        crowd = Crowd.at(served, POSTERS)
        stretch = crowd.ask(POSTERS, 4, 4.0)
        posted = len(stretch.posted.seconds)
        assert posted > 2 * POSTERS * stretch.length / WAIT_SECONDS
        assert statistics.median(stretch.posted.seconds) < WAIT_SECONDS / 2
        assert stretch.cosigned > posted / 2, "the witnesses signed while others posted"
        assert stretch.read.in_time > 0
