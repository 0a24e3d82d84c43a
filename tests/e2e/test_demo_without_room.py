"""The demo where there is no room for it: it ends with words and exit code 1, never with a traceback."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def _play(data: Path, largest_file: int | None = None) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    # Coverage would want to write its own file there, and tell of it.
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    return subprocess.run(
        [sys.executable, str(ROOT / "greentrace"), "demo", "--no-serve", "--data", str(data)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=unmeasured,
        preexec_fn=limit,
    )


@pytest.mark.slow
@pytest.mark.parametrize("largest_file", [40 * 1024, 450 * 1024])
def test_a_full_disk_is_named(tmp_path: Path, largest_file: int) -> None:
    played = _play(tmp_path / "demo", largest_file)
    told = played.stdout + played.stderr
    assert played.returncode == 1, told
    assert "存储空间已满" in told
    assert "✗" in played.stdout
    assert "Traceback" not in told


def test_a_path_that_is_no_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("a file")
    played = _play(tmp_path / "demo")
    assert (played.returncode, "Traceback" in played.stderr) == (1, False)
    assert str(tmp_path / "demo") in played.stderr
