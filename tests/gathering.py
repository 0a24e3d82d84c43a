"""How a process gathers its tests: the collector of cycles rests, and only reading our modules is measured.

Registered by conftest.py. Each worker makes all the tests there are, some sixteen thousand. The collector
found nothing to free among them; coverage, which is asked at every line of pytest's own, made it several
times as long. So all modules of `trace` are read first, while that is measured, and the tests after it, while
it is not: what a test file computes while it is read, no test has asserted yet.
"""

from __future__ import annotations

import gc
import pkgutil
from collections.abc import Generator
from importlib import import_module

import coverage
import pytest

import trace
from tests.measured import unmeasured


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    read_all_modules()
    was_on = gc.isenabled()
    gc.disable()
    try:
        with unmeasured():
            return (yield)
    finally:
        gc.freeze()  # what was gathered stays to the end
        if was_on:
            gc.enable()


def read_all_modules() -> None:
    """Import every module of `trace` where coverage is measured."""
    if coverage.Coverage.current() is not None:
        for found in pkgutil.walk_packages(trace.__path__, "trace."):
            import_module(found.name)
