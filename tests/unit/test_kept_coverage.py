"""What a run has measured is not lost where its parts cannot be combined at the first try."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from coverage import CoverageData
from coverage.exceptions import DataError, NoDataError

from tests.kept_coverage import CombiningAgain, Keeping, KeptCoverage


def write(data_file, suffix, *lines):
    data = CoverageData(str(data_file), suffix=suffix)
    data.add_arcs({"trace/one.py": [(line, line + 1) for line in lines]})
    data.write()


class Own:
    """The measuring of the process that gives out the tests."""

    def __init__(self, data_file):
        self.data_file = data_file

    def save(self):
        write(self.data_file, "own", 7)


@pytest.fixture
def kept(tmp_path):
    """Two workers have ended, each with a file of its own."""
    data_file = tmp_path / ".coverage"
    write(data_file, "gw0", 1, 2)
    write(data_file, "gw1", 3)
    made = KeptCoverage(data_file)
    yield made
    made.drop()


def run(hook):
    """The hook's steps around a loop of tests."""
    steps = hook.pytest_runtestloop()
    next(steps)
    return steps


def ended(steps, *, fault=None):
    with pytest.raises(StopIteration) as stop:
        steps.send(True) if fault is None else steps.throw(fault)
    return stop.value.value


def told(controller):
    return sorted(controller.cov.get_data().arcs("trace/one.py"))


def test_what_could_not_be_combined_is_combined_from_the_kept_files(kept):
    controller = SimpleNamespace(cov=Own(kept.data_file), summary=lambda report: f"told {report}")
    plugin = SimpleNamespace(cov_controller=controller, cov_total=None, cov_report="in words")
    outside, inside = run(CombiningAgain(kept, plugin)), run(Keeping(kept, plugin))
    assert ended(inside) is True
    # As it is found: one part is combined and gone, the whole is empty.
    kept.data_file.with_name(".coverage.gw0").unlink()
    kept.data_file.touch()
    fault = DataError("Couldn't use data file: no such table: main.file")
    assert ended(outside, fault=fault) is True
    assert told(controller) == [(1, 2), (2, 3), (3, 4), (7, 8)]
    assert plugin.cov_total == "told in words"
    assert [path.name for path in kept.data_file.parent.glob(".coverage*")] == [".coverage"]
    assert kept.folder is None


def test_what_was_combined_is_left_as_it_is(kept):
    plugin = SimpleNamespace(cov_controller=SimpleNamespace(cov=None), cov_total=93.1)
    outside, inside = run(CombiningAgain(kept, plugin)), run(Keeping(kept, plugin))
    assert ended(inside) is ended(outside) is True
    assert (plugin.cov_controller.cov, plugin.cov_total) == (None, 93.1)
    assert kept.folder is None


def test_without_any_data_the_run_fails(tmp_path):
    kept = KeptCoverage(tmp_path / ".coverage")
    plugin = SimpleNamespace(cov_controller=SimpleNamespace(cov=None))
    outside = run(CombiningAgain(kept, plugin))
    ended(run(Keeping(kept, plugin)))
    with pytest.raises(NoDataError):
        outside.throw(DataError("no such table: main.file"))
    assert plugin.cov_controller.cov is None
