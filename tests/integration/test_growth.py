"""A log of a million records takes the next one as one of a hundred thousand does, and replays the same."""

from __future__ import annotations

import pytest

from bench import growth
from bench.figures import Report
from tests import soak


@pytest.mark.soak
@pytest.mark.parametrize(("kind", "most"), [("sqlite", 10**6), ("postgresql", 10**5)])
def test_a_record_costs_the_same_however_long_the_log_is(kind, most) -> None:
    report = Report("growth")
    growth.measure(report, kind, most)
    for figure in report.figures:
        soak.tell(str(figure))
    missed = [figure.name for figure in report.figures if figure.met is False]
    assert not missed
    assert sum(figure.met is True for figure in report.figures) == 6 * (2 if most == 10**6 else 1)
