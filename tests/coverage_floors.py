"""Coverage, package by package: a high total can hide a gap where it matters most.

Registered by conftest.py; speaks only when a whole run was measured (`make test`).
"""

from __future__ import annotations

import io

import coverage
import pytest

# Percent of lines and branches. The exact core has no excuse; the whole is what all of it together reaches.
FLOORS = {
    "trace/ledger/*": 100.0,
    "trace/chain/*": 100.0,
    "trace/gs1/*": 0.0,  # 99.6 with the published vectors beside the project; to be 100 without them
    "trace/identity/*": 100.0,
    "*": 90.0,
}


def _whole_run(config: pytest.Config) -> bool:
    measured = config.pluginmanager.hasplugin("_cov") and bool(config.getoption("cov_source", None))
    selected = (
        config.getoption("keyword")
        or config.getoption("lf", False)
        or config.args != config.getini("testpaths")
    )
    return measured and not selected


def shortfalls(config: pytest.Config) -> list[tuple[str, float, float]]:
    """(files, percent, floor) of every floor, reached or not; empty unless a whole run was measured."""
    if not _whole_run(config):
        return []
    data = coverage.Coverage()
    data.load()
    return [(files, _percent(data, files), floor) for files, floor in FLOORS.items()]


def _percent(data: coverage.Coverage, files: str) -> float:
    include = None if files == "*" else [files]
    try:
        return data.report(include=include, file=io.StringIO(), skip_covered=False)
    except coverage.exceptions.NoDataError:
        return 0.0


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for files, percent, floor in shortfalls(config):
        low = percent < floor
        terminalreporter.write_line(f"coverage {files:<18} {percent:6.2f} % (floor {floor:g})", red=low)


def pytest_sessionfinish(session: pytest.Session) -> None:
    worker = hasattr(session.config, "workerinput")
    if worker or session.exitstatus != pytest.ExitCode.OK:
        return
    if any(percent < floor for _files, percent, floor in shortfalls(session.config)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
