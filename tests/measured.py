"""Which tests coverage is measured in: not in those that only repeat, since measuring doubles the cost.

Registered by conftest.py. Left out are a test on PostgreSQL whose twin ran the same lines on SQLite (but for
the store's own tests, where the two differ), masses of random cases, marked `unmeasured`, and what is tried
from outside (tests/e2e): through a door or in a process of its own it runs many lines and says of few whether
they are right. The floors of coverage_floors.py must be reached without them.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext

import coverage
import pytest

OWN = "tests/integration/store/"
OUTSIDE = "tests/e2e/"


def is_measured(item: pytest.Item) -> bool:
    if item.get_closest_marker("unmeasured") is not None or item.nodeid.startswith(OUTSIDE):
        return False
    twin = getattr(item, "callspec", None)
    return twin is None or twin.params.get("database_kind") != "postgresql" or item.nodeid.startswith(OWN)


@contextmanager
def unmeasured() -> Iterator[None]:
    """Without any measuring: below pytest's stands the one that every process of ours begins with."""
    stopped: list[coverage.Coverage] = []
    while (running := coverage.Coverage.current()) is not None:
        running.stop()
        stopped.append(running)
    try:
        yield
    finally:
        for each in reversed(stopped):
            each.start()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    with nullcontext() if is_measured(item) else unmeasured():
        return (yield)
