"""The tutorial's commands run, in order, in a fresh copy of the project."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from cli.demo.neighbours import free_port
from tests.architecture.project_files import ROOT


def _commands() -> list[str]:
    blocks = re.findall(
        r"```sh\n(.*?)```", (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8"), re.DOTALL
    )
    port = str(free_port())  # 8765 may be somebody's own
    blocks = [block.replace("8765", port) for block in blocks]
    return [line for block in blocks for line in block.splitlines() if line.strip()]


@pytest.mark.slow
def test_every_command_of_the_tutorial_does_what_it_says(fresh_copy: Path) -> None:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("COV_", "PYTHON"))
    }
    environment |= {
        "VENV": sys.prefix,
        "PATH": f"{sys.prefix}/bin:{os.environ['PATH']}",
        "MAKEFLAGS": "",
    }
    commands = _commands()
    assert 15 <= len(commands) <= 25
    try:
        for command in commands:
            done = subprocess.run(
                ["/bin/bash", "-c", command],
                cwd=fresh_copy,
                env=environment,
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    finally:
        _end(fresh_copy / "var" / "demo" / "served.pid")


def _end(file: Path) -> None:
    """End what a tutorial that broke off left running."""
    with suppress(OSError, ValueError):
        os.kill(int(file.read_text("ascii")), signal.SIGTERM)
