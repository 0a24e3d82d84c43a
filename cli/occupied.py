"""The lock on a data folder that is being served, so that nothing clears it under a running server."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from trace.errors import FolderUnfit

LOCK: Final = "serving.lock"


@contextmanager
def occupied(data: Path) -> Iterator[None]:
    """Hold the mark while serving; several servers may share one folder. The kernel lifts it at the end."""
    with (data / LOCK).open("ab") as mark:
        fcntl.flock(mark, fcntl.LOCK_SH)
        yield


def require_free(data: Path) -> None:
    """Return when nobody serves `data`; raises FolderUnfit otherwise."""
    if not (data / LOCK).is_file():
        return
    with (data / LOCK).open("ab") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise FolderUnfit(part=str(data), reason="served-now") from taken
