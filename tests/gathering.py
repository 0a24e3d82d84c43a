"""How a process gathers its tests: the collector of cycles rests, and only the reading of files is measured.

Registered by conftest.py. Each worker makes all the tests there are, some sixteen thousand. The collector
found nothing to free among them; coverage, which is asked at every line of pytest's own, made it several
times as long. What runs while a test file is read (our modules among it) is measured as before.
"""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import ExitStack, suppress

import pytest

from tests.measured import unmeasured


class Gathering:
    """Measuring between the files of one run; two hooks share it."""

    def __init__(self) -> None:
        self._pause = ExitStack()
        self._gathers = False

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Generator[None, object, object]:
        was_on = gc.isenabled()
        gc.disable()
        self._gathers = True
        self._pause.enter_context(unmeasured())
        try:
            return (yield)
        finally:
            self._gathers = False
            self._pause.close()
            gc.freeze()  # what was gathered stays to the end
            if was_on:
                gc.enable()

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        if isinstance(collector, pytest.Module) and self._gathers:
            self._pause.close()
            # What cannot be read, or wants to be skipped, says so once more where it is reported.
            with suppress(Exception, pytest.skip.Exception):
                collector.obj  # noqa: B018 - reads the file
            self._pause.enter_context(unmeasured())
        return (yield)
