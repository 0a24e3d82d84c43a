"""Originals of test reports: bytes under their own SHA-256 in a folder, and one row that says what they are.

A file appears under its name only when it is whole and on the disk: written beside, flushed, renamed.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from trace.errors import StorageFull
from trace.store.base import to_micros
from trace.store.bulk import run_many, select
from trace.store.query import rows_where

_DIGEST = 64
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_ADD: Final = (
    "INSERT INTO report_file (sha256, stmt, media_type, bytes, stored_at) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (sha256, stmt) DO NOTHING"
)
_NAMED: Final = (
    "SELECT report.lot, report.data FROM statement JOIN report ON report.id >= statement.id "
    "AND report.id < statement.id + 256 WHERE statement.stmt = ? AND report.superseded_by IS NULL"
)


@dataclass(frozen=True, slots=True)
class FileRow:
    """An original that was uploaded for the report `stmt`; several reports may name the same bytes."""

    sha256: str
    stmt: str
    media_type: str
    bytes: int


class FileFolder:
    """Files by their digest: `ab/abcdef…` below the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, sha256: str, content: bytes) -> None:
        """Keep `content`, whole or not at all; raises `StorageFull`."""
        target = self._path(sha256)
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write_beside(target, content)
        except OSError as error:
            if error.errno in _FULL:
                raise StorageFull from error
            raise

    def read(self, sha256: str) -> bytes | None:
        """The bytes, or None where they are not (any more)."""
        try:
            return self._path(sha256).read_bytes()
        except FileNotFoundError:
            return None

    def names(self) -> set[str]:
        """The digests of all files that are kept."""
        return {one.name for one in self._folder.glob("??/*") if len(one.name) == _DIGEST}

    def delete(self, sha256: str) -> None:
        """Forget the bytes; nothing happens where they are not."""
        self._path(sha256).unlink(missing_ok=True)

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def _write_beside(self, target: Path, content: bytes) -> None:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as beside:
                beside.write(content)
                beside.flush()
                os.fsync(beside.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _flush_folder(target.parent)


def add_file(connection: Connection, row: FileRow, at: datetime) -> None:
    run_many(connection, _ADD, [(row.sha256, row.stmt, row.media_type, row.bytes, to_micros(at))])


def find_files(connection: Connection, digests: Iterable[str]) -> list[FileRow]:
    """The uploaded ones of these digests, a row for each report that they were sent for."""
    sql = "SELECT sha256, stmt, media_type, bytes FROM report_file WHERE sha256 {among}"
    found = rows_where(connection, f"{sql} ORDER BY stored_at, stmt", sorted(set(digests)))
    return [FileRow(row[0], row[1], row[2], int(row[3])) for row in found]


def list_reports_stated_in(connection: Connection, stmt: str) -> list[tuple[int, str]]:
    """(tested lot, report data as JSON) of a statement's report, unless it was corrected since."""
    return [(int(lot), data) for lot, data in select(connection, _NAMED, (stmt,))]


def _flush_folder(folder: Path) -> None:
    """A rename is on the disk when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
