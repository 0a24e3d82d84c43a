"""`./greentrace` inside an environment that was activated for another project."""

from __future__ import annotations

import shutil
import subprocess
import venv
from pathlib import Path

from tests.conftest import ROOT


def test_it_changes_over_to_its_own_where_the_other_lacks_its_packages(tmp_path: Path) -> None:
    own = tmp_path / "project" / ".venv" / "bin"
    own.mkdir(parents=True)
    (own / "python").write_text('#!/bin/sh\necho own "$@"\n', "utf-8")
    (own / "python").chmod(0o755)
    command = Path(shutil.copy(ROOT / "greentrace", tmp_path / "project"))
    venv.create(tmp_path / "foreign", with_pip=False, symlinks=True)
    ran = subprocess.run(
        [tmp_path / "foreign" / "bin" / "python", command, "--help"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.stdout.split() == ["own", str(command), "--help"], ran.stderr
