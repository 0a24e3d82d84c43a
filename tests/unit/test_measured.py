"""Coverage stops for tests that only repeat, and goes on behind them."""

from __future__ import annotations

import coverage
import pytest

from tests.measured import is_measured

BEFORE: list[coverage.Coverage | None] = []


def test_a_test_is_measured_where_coverage_is(request):
    BEFORE.append(coverage.Coverage.current())
    assert is_measured(request.node)


@pytest.mark.unmeasured
def test_a_mass_of_random_cases_is_not(request):
    assert not is_measured(request.node)
    assert coverage.Coverage.current() is None


def test_the_twin_on_postgresql_is_not(request, database_kind):
    assert is_measured(request.node) == (database_kind == "sqlite")
    assert (database_kind == "sqlite") or coverage.Coverage.current() is None


def test_the_next_is_measured_again():
    assert all(one is coverage.Coverage.current() for one in BEFORE)
