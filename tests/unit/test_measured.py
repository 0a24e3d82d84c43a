"""Coverage stops for tests that only repeat, and goes on behind them."""

from __future__ import annotations

import gc
import pkgutil
import sys

import coverage
import pytest

import trace
from tests import gathering
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


def test_gathering_is_not_measured_and_nothing_is_collected_meanwhile():
    before = coverage.Coverage.current()
    gathered = gathering.pytest_collection()
    next(gathered)
    assert not gc.isenabled()
    assert coverage.Coverage.current() is None
    with pytest.raises(StopIteration, match="the tests"):
        gathered.send("the tests")
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
    assert coverage.Coverage.current() is before


def test_every_module_is_read_where_it_is_measured():
    gathering.read_all_modules()
    modules = {one.name for one in pkgutil.walk_packages(trace.__path__, "trace.")}
    assert coverage.Coverage.current() is None or modules <= sys.modules.keys()
