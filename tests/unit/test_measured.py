"""Coverage stops for tests that only repeat, and goes on behind them."""

from __future__ import annotations

import gc

import coverage
import pytest

from tests.gathering import Gathering
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


def test_gathering_is_measured_while_a_file_is_read_alone(request):
    before, seen = coverage.Coverage.current(), []

    class Read(pytest.Module):
        @property
        def obj(self):
            seen.append(coverage.Coverage.current())
            raise pytest.skip.Exception("nothing for this machine")

    file = Read.from_parent(request.session, path=request.path)
    gathering = Gathering()
    gathered = gathering.pytest_collection()
    next(gathered)
    assert not gc.isenabled()
    assert coverage.Coverage.current() is None
    next(gathering.pytest_make_collect_report(file))
    assert seen == [before]
    assert coverage.Coverage.current() is None
    with pytest.raises(StopIteration, match="the tests"):
        gathered.send("the tests")
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
    assert coverage.Coverage.current() is before
