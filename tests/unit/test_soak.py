"""What a long run of random cases tells, and where it ends."""

from __future__ import annotations

import pytest

from tests import soak


class Ticking:
    """A clock that moves by so many seconds a question."""

    def __init__(self, seconds: float) -> None:
        self.now, self._seconds = 0.0, seconds

    def __call__(self) -> float:
        self.now += self._seconds
        return self.now


@pytest.mark.parametrize(
    ("asked", "each", "done"),
    [
        ({}, 1, 10),
        ({"GREENTRACE_SOAK_CASES": "4"}, 1, 4),
        ({"GREENTRACE_SOAK_CASES": "4"}, 3, 2),  # whole cases, never fewer than were asked for
        ({"GREENTRACE_SOAK_CASES": "400"}, 1, 10),
        ({"GREENTRACE_SOAK_MINUTES": "2"}, 1, 3),
    ],
)
def test_a_run_is_made_shorter_by_cases_and_by_minutes(asked, each, done):
    told: list[str] = []
    cases = soak.tried("records", range(10), each=each, asked=asked, clock=Ticking(40), write=told.append)
    assert list(cases) == list(range(done))
    assert told[-1].startswith(f"records: tried {done * each} of {10 * each} ")


def test_a_run_tells_each_minute_how_far_it_is():
    told: list[str] = []
    cases = soak.tried("records", range(2_000), asked={}, clock=Ticking(0.1), write=told.append)
    assert len(list(cases)) == 2_000
    assert told[0].startswith("records: 600 of 2,000 in 60 s")
    assert len(told) == 4


def test_a_run_begins_from_another_seed_where_one_is_named():
    assert soak.seed(7, {}) == 7
    assert soak.seed(7, {"GREENTRACE_SOAK_SEED": "11"}) == 11
