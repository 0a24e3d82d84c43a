"""Storage faults for whoever ran a command: the refusal that stands for a database error, if any does."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from trace.errors import Refusal
from trace.store.faults import refusal_of
from trace.store.schema import examine_database, schema_version

__all__ = ["examine_database", "has_room", "refusal_behind", "schema_version"]

_ROOM: Final = 256 * 1024


def refusal_behind(error: BaseException) -> Refusal | None:
    """`StorageFull`, `StorageLost` and their kin behind a driver's error; None for a defect of ours."""
    return refusal_of(error)


def has_room(folder: Path) -> bool:
    """Whether files may still grow there: as much as a batch of records takes is written and thrown away."""
    try:
        with TemporaryFile(dir=folder) as probe:
            probe.write(bytes(_ROOM))
            probe.flush()
    except OSError:
        return False
    return True
