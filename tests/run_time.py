"""Where a run's time went: per folder, and the processor's share of it; and the figures that tests told.

Registered by conftest.py. Pytest's own closing line tells the tests' time, `--durations` the slowest ones.
"""

from __future__ import annotations

import os
import resource
import time
from collections import defaultdict

import pytest

MADE = "GREENTRACE_MADE"
"""When `make` began, in seconds since 1970: set by the Makefile."""
FIGURES = "figures"
"""The property (`record_property`) of a line that is shown at the end of a run."""


def _processor_seconds() -> float:
    """Of this process and of all that have ended below it: workers, servers, commands, browsers."""
    each = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in each)


def per_folder(reports: list[pytest.TestReport]) -> list[tuple[str, float]]:
    """Seconds that set-ups, tests and tear-downs took below each folder of tests/, the longest first."""
    spent: dict[str, float] = defaultdict(float)
    for report in reports:
        spent[report.nodeid.removeprefix("tests/").partition("/")[0]] += report.duration
    return sorted(spent.items(), key=lambda each: -each[1])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [
        each
        for kind in terminalreporter.stats.values()
        for each in kind
        if isinstance(each, pytest.TestReport)
    ]
    for each in reports:
        if each.when == "call":  # from every worker: what a test prints itself stays with it
            for line in (value for name, value in each.user_properties if name == FIGURES):
                terminalreporter.write_line(str(line))
    if MADE not in os.environ or not reports:
        return
    folders = ", ".join(f"{folder} {seconds:.0f}" for folder, seconds in per_folder(reports))
    terminalreporter.write_line(f"seconds by folder, workers added up: {folders}")
    terminalreporter.write_line(f"processor seconds of the tests: {_processor_seconds():.0f}")
    terminalreporter.write_line(f"seconds since make began: {time.time() - float(os.environ[MADE]):.0f}")
