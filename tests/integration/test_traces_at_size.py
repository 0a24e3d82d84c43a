"""Traces through ten million links cost no more walks of their answers than through a hundred thousand."""

from __future__ import annotations

import pytest

from bench import lineage
from bench.figures import Report
from bench.stores import KINDS
from tests import soak


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
def test_a_trace_through_ten_million_links_stays_near_the_honest_walk(kind) -> None:
    report = Report("lineage")
    lineage.measure(report, kind, 10**7)
    for figure in report.figures:
        soak.tell(str(figure))
    judged = [figure for figure in report.figures if figure.target]
    assert len(judged) == 3
    assert all(figure.met for figure in judged)
