"""Folders that are dear to make: made by the first test that asks, in whichever worker, and copied by all."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(
    tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object], target: Path
) -> Path:
    """A copy at `target` of what `make(folder)` leaves; `make` runs once in a run of the tests."""
    own = tmp_path_factory.getbasetemp()  # a worker's lies in the run's
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    return made_once_in(shared, name, make, target)


def made_once_in(shared: Path, name: str, make: Callable[[Path], object], target: Path) -> Path:
    """As `made_once`, among all processes that name the folder `shared`.

    The others wait for the one that makes it; if it fails there, the next one begins anew.
    """
    kept, done = shared / name, shared / f"{name}.done"
    with (shared / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(kept, ignore_errors=True)
            kept.mkdir()
            make(kept)
            done.touch()
    shutil.copytree(kept, target)
    return target
