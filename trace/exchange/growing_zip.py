"""ZIP archives that are sent as they grow: nothing of them is held but what was not sent yet."""

from __future__ import annotations

import zipfile
from typing import Final

_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)  # a ZIP's oldest time: nothing of the clock in the file


def entry_named(name: str, *, packed: bool = False) -> zipfile.ZipInfo:
    """The entry of a file; `packed` ones are stored as they are, since packing again gains nothing."""
    entry = zipfile.ZipInfo(name, _EARLIEST)
    entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    return entry


class Sink:
    """What a ZIP is written into that is sent away as it grows."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, content: bytes) -> int:
        self._held += content
        return len(content)

    def flush(self) -> None:
        """Nothing waits here: `taken` empties it."""

    def close(self) -> None:
        """Nothing to let go of."""

    def taken(self) -> bytes:
        """Everything written since the last time."""
        content = bytes(self._held)
        self._held.clear()
        return content
