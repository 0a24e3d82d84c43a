"""The master key of a server, from outside its data folder: a file of its owner's alone, or the environment.

Whoever copies the data folder or the database has the sealed keys and cannot use them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from trace.errors import FolderUnfit, MasterKeyUnfit
from trace.ledger.key_sealing import MasterKey
from trace.platform.folder import read_secret, write_secret

TEXT: Final = "GREENTRACE_MASTER_KEY"
FILE: Final = "GREENTRACE_MASTER_KEY_FILE"


def read_master_key(data: Path, environment: Mapping[str, str] = os.environ) -> MasterKey | None:
    """The master key; None where none is named. Raises `MasterKeyUnfit`."""
    text, named = environment.get(TEXT, ""), environment.get(FILE, "")
    if named:
        text = _of_file(Path(named), data)
    return MasterKey.from_text(text.strip()) if text else None


def write_master_key(path: Path, data: Path) -> None:
    """Make a new master key in a file of its own, never over another; raises `MasterKeyUnfit`."""
    _require_outside(path, data)
    write_secret(path, MasterKey.new_text().encode() + b"\n")


def _of_file(path: Path, data: Path) -> str:
    _require_outside(path, data)
    try:
        return read_secret(path, path.name).decode("ascii", "replace")
    except FolderUnfit as unfit:
        raise MasterKeyUnfit(reason=str(unfit.params["reason"])) from None


def _require_outside(path: Path, data: Path) -> None:
    if path.resolve().is_relative_to(data.resolve()):
        raise MasterKeyUnfit(reason="in-data-folder")
