"""A run's coverage data, kept until they are combined and told, and combined again where that fails.

Registered by conftest.py. Coverage deletes each worker's file once it is combined, and now and then finds its
own file gone or empty on the way (`no such table: main.file`): what half an hour of tests had measured was
lost then.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import coverage
import pytest
from coverage.exceptions import CoverageException

TRIES = 3


class KeptCoverage:
    """Copies of the data files of one run; two hooks around the same loop share them."""

    def __init__(self, data_file: Path) -> None:
        self.data_file = data_file
        self.folder: Path | None = None

    def keep(self) -> None:
        """Copy what the workers have left, before anybody combines it."""
        self.folder = Path(tempfile.mkdtemp(prefix="gt-coverage-"))
        for part in self._parts():
            shutil.copy2(part, self.folder)

    def combined(self) -> coverage.Coverage:
        """All kept files in one, made anew; the last fault where it cannot be made at all."""
        fault: CoverageException = coverage.exceptions.NoDataError("no data files were kept")
        for _ in range(TRIES if self.folder is not None else 0):
            self.data_file.unlink(missing_ok=True)
            made = coverage.Coverage(data_file=str(self.data_file))
            try:
                made.combine([str(self.folder)], strict=True, keep=True)
                made.save()
            except CoverageException as failed:
                fault = failed
                continue
            if made.get_data().measured_files():
                for part in self._parts():  # those that the failed try had not come to
                    part.unlink(missing_ok=True)
                return made
        raise fault

    def drop(self) -> None:
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None

    def _parts(self) -> list[Path]:
        return sorted(self.data_file.parent.glob(f"{self.data_file.name}.*"))


class Keeping:
    """Inside pytest-cov's own wrapper: the tests are over, nothing is combined yet."""

    def __init__(self, kept: KeptCoverage, plugin: Any) -> None:
        self.kept, self.plugin = kept, plugin

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        result = yield
        if (own := self.plugin.cov_controller.cov) is not None:
            own.save()  # what was imported before the workers began
        self.kept.keep()
        return result


class CombiningAgain:
    """Outside of it: what it could not combine is combined from the kept files, and told all the same."""

    def __init__(self, kept: KeptCoverage, plugin: Any) -> None:
        self.kept, self.plugin = kept, plugin

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        try:
            return (yield)
        except CoverageException:
            self.plugin.cov_controller.cov = self.kept.combined()
            self.plugin.cov_total = self.plugin.cov_controller.summary(self.plugin.cov_report)
            return True
        finally:
            self.kept.drop()


def register(config: pytest.Config) -> None:
    """Only where a run is measured, and not in its workers."""
    plugin = config.pluginmanager.getplugin("_cov")
    if plugin is None or hasattr(config, "workerinput"):
        return
    kept = KeptCoverage(Path(coverage.Coverage().config.data_file).absolute())
    config.pluginmanager.register(Keeping(kept, plugin))
    config.pluginmanager.register(CombiningAgain(kept, plugin))
