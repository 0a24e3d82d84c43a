"""Another commit of this project, to be measured beside this one: a worktree and an environment of its own.

The worktree is made in a temporary folder and removed again. The environment is made from that commit's own
lock file, once, and kept under `var/bench/`: what a later release of a library gives or takes is not ours.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ROOT / "var" / "bench"
LOCK = "requirements/runtime.txt"


class NotHere(Exception):
    """The other commit cannot be run here; the message says why."""


@dataclass(frozen=True, slots=True)
class Program:
    """A checked-out commit and the Python that runs it."""

    name: str
    root: Path
    python: str = sys.executable

    def command(self, *arguments: str) -> list[str]:
        """The command line's words for `greentrace ARGUMENTS`."""
        return [self.python, str(self.root / "greentrace"), *arguments]

    def run(self, *arguments: str) -> str:
        """What `greentrace ARGUMENTS` prints; raises where it fails."""
        return self._output(self.command(*arguments), plain_environment())

    def write(self, script: Path, *arguments: str) -> str:
        """What a script of ours prints that is run over that commit's modules; raises where it fails."""
        command = [self.python, "-P", str(script), *arguments]
        return self._output(command, plain_environment(PYTHONPATH=str(self.root)))

    def _output(self, command: Sequence[str], environment: dict[str, str]) -> str:
        done = subprocess.run(command, cwd=self.root, env=environment, check=True, capture_output=True)
        return done.stdout.decode()


HERE = Program("this commit", ROOT)


@contextmanager
def former(commit: str) -> Iterator[Program]:
    """That commit, ready to run; raises `NotHere` without git, the commit, or its packages."""
    with tempfile.TemporaryDirectory(prefix="gt-former-") as folder:
        root = Path(folder) / "tree"
        _run(["git", "-C", str(ROOT), "worktree", "add", "--detach", "--force", str(root), commit])
        try:
            yield Program(commit, root, str(_environment(root / LOCK) / "bin" / "python"))
        finally:
            _run(["git", "-C", str(ROOT), "worktree", "remove", "--force", str(root)])


def plain_environment(**settings: str) -> dict[str, str]:
    """Our environment without what would put this tree first on another program's path."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return {**kept, **settings}


def _environment(lock: Path) -> Path:
    """A virtual environment with exactly what the lock file names."""
    place = ENVIRONMENTS / f"environment-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    done = place / "complete"
    if not done.exists():
        print(f"making {place} from the lock file of the other commit …", file=sys.stderr, flush=True)
        _run([sys.executable, "-m", "venv", "--clear", str(place)])
        pip = [str(place / "bin" / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        _run([*pip, "--require-hashes", "-r", str(lock)])
        done.touch()
    return place


def _run(command: Sequence[str]) -> None:
    try:
        subprocess.run(command, env=plain_environment(), check=True, capture_output=True, text=True)
    except FileNotFoundError as absent:
        raise NotHere(f"{command[0]} is not here") from absent
    except subprocess.CalledProcessError as failed:
        words = failed.stderr.strip().splitlines()
        raise NotHere(words[-1] if words else f"{command[0]} ended with {failed.returncode}") from failed
