"""A backup of a platform while it runs: every table out of one snapshot, and the keys apart."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import orjson

from trace.platform.backup.archive import ArchiveWriter
from trace.platform.clocks import system_clock
from trace.platform.examination.own_files import LAST_BACKUP
from trace.platform.folder import SETTINGS, write_own
from trace.platform.opening import Platform
from trace.store.dump import dump_tables
from trace.store.log.checkpoints import find_latest_checkpoint
from trace.store.log.entries import read_head
from trace.usecases.messages.report_file import FOLDER as FILES
from trace.usecases.photos.photo import FOLDER as PHOTOS
from trace.usecases.stated.papers import FOLDER as PAPERS

_UNFINISHED: Final = timedelta(hours=1)
KEPT: Final = (FILES, PAPERS, PHOTOS)
"""Folders of what people handed in: originals of reports, papers, photographs."""


@dataclass(frozen=True, slots=True)
class Backup:
    """The two files of a backup, and how much of the log they hold."""

    data: Path
    keys: Path
    at: datetime
    size: int


def write_backup(platform: Platform, target: Path, schema: str) -> Backup:
    """Write both archives into `target`; notes in the platform's folder when that was.

    Tables come out of one snapshot while records go on coming in; originals of reports are copied after it,
    so that none that a table names is missing. Raises StorageFull and OSError; nothing half is left.
    """
    at = system_clock().replace(microsecond=0)
    name = f"{platform.origin.replace('/', '_')}-{at:%Y%m%dT%H%M%SZ}"
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    data, keys = target / f"{name}.data.tar.gz", target / f"{name}.keys.tar.gz"
    discard_unfinished(target, at - _UNFINISHED)
    told: dict[str, Any] = {
        "origin": platform.origin,
        "role": platform.role,
        "at": at.isoformat(),
        "schema": schema,
    }
    with ArchiveWriter(data) as archive:
        with platform.transactions.look("backup") as tx:
            size = read_head(tx.connection).size
            newest = find_latest_checkpoint(tx.connection)
            told |= {"size": size, "checkpoint": None if newest is None else newest.cosigned_note()}
            for table in dump_tables(tx.connection):
                archive.add_table(table.name, table.columns, table.rows)
        for part in ("policy", *KEPT):
            _add_folder(archive, platform.folder.path, part)
        clock = platform.folder.clock_file  # of a demo alone
        if clock and (platform.folder.path / clock).is_file() and ".." not in clock:
            with (platform.folder.path / clock).open("rb") as content:
                archive.add(clock, content)
        archive.seal({**told, "part": "data"})
    try:
        with ArchiveWriter(keys) as archive:
            _add_folder(archive, platform.folder.path, "keys")
            with (platform.folder.path / SETTINGS).open("rb") as settings:
                archive.add(SETTINGS, settings)
            archive.seal({**told, "part": "keys"})
    except OSError:
        data.unlink(missing_ok=True)  # one of the two alone cannot be put back
        raise
    noted = {"at": at.isoformat(), "size": size, "file": data.name}
    write_own(platform.folder.path / LAST_BACKUP, orjson.dumps(noted).decode() + "\n")
    return Backup(data, keys, at, size)


def discard_unfinished(target: Path, before: datetime) -> None:
    """Remove what a backup that was killed left behind; one that is being written is younger."""
    for part in target.glob(".*.tar.gz.part"):
        with suppress(FileNotFoundError):
            if part.stat().st_mtime < before.timestamp():
                part.unlink()


def _add_folder(archive: ArchiveWriter, folder: Path, part: str) -> None:
    for path in sorted((folder / part).rglob("*")):
        if path.is_file() and not path.name.startswith("."):  # hidden: a file that is being written
            with path.open("rb") as content:
                archive.add(path.relative_to(folder).as_posix(), content)
