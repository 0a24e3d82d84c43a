"""Uploads and their bytes, in the parts in which they came; the steps of the work on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.jobs import end_job
from trace.store.tables import uploads as tables

_UPLOAD: Final = (
    "id", "holder", "sent_by", "name", "sha256", "bytes", "format", "form", "mapping", "revision",
    "created_at", "discarded_at",
)  # fmt: skip
_COLUMNS: Final = ", ".join(f'"{name}"' for name in _UPLOAD)
_BY_ID: Final = f"SELECT {_COLUMNS} FROM upload WHERE id = ?"  # noqa: S608 - own names, here and below
_SAME: Final = (
    f"SELECT {_COLUMNS} FROM upload WHERE holder = ? AND sha256 = ? AND form = ? "  # noqa: S608
    "AND coalesce(mapping, '') = ? AND discarded_at IS NULL ORDER BY created_at DESC"
)
_OF: Final = (
    f"SELECT {_COLUMNS} FROM upload WHERE holder = ? AND discarded_at IS NULL "  # noqa: S608
    "ORDER BY created_at DESC LIMIT ?"
)
_OLD: Final = (
    f"SELECT {_COLUMNS} FROM upload WHERE created_at < ? AND NOT EXISTS "  # noqa: S608
    "(SELECT 1 FROM upload_step WHERE upload_step.upload = upload.id AND upload_step.at >= ?) "
    "ORDER BY created_at, id LIMIT ?"
)
_LENGTHS: Final = "SELECT start, length(body) FROM upload_part WHERE upload = ? ORDER BY start"
_BODIES: Final = "SELECT body FROM upload_part WHERE upload = ? ORDER BY start"
_RAISE: Final = "UPDATE upload SET revision = revision + 1 WHERE id = ? AND revision = ? RETURNING revision"
_STEP: Final = (
    "INSERT INTO upload_step (upload, number, phase, count, at) "
    "SELECT ?, coalesce(max(number), 0) + 1, ?, ?, ? FROM upload_step WHERE upload = ?"
)
_LAST_STEP: Final = "SELECT phase, count, at FROM upload_step WHERE upload = ? ORDER BY number DESC LIMIT 1"
_JOB: Final = "SELECT open, leased_until, last_error FROM job WHERE kind = ? AND key = ?"
WORK: Final = "uploads.work"
"""The kind of job that reads and tries an upload."""


@dataclass(frozen=True, slots=True)
class UploadRow:
    """A file that somebody of `holder` sends up, by its digest and length."""

    id: str
    holder: str
    sent_by: str
    name: str
    sha256: str
    bytes: int
    format: str
    form: str
    mapping: str | None
    revision: int
    created_at: datetime
    discarded_at: datetime | None = None

    @property
    def job(self) -> str:
        """The key of the last work that was handed in for it."""
        return f"{self.id}/{self.revision}"


@dataclass(frozen=True, slots=True)
class Step:
    """What was committed last of the work: which part of it, up to how many rows, and when."""

    phase: str
    count: int
    at: datetime


@dataclass(frozen=True, slots=True)
class JobState:
    """Whether the work is still to be done, by when somebody who does it must have reported, what failed."""

    open: bool
    leased_until: datetime | None
    error: str | None


def put_upload(connection: Connection, one: UploadRow) -> None:
    """A new upload, of which no byte has come."""
    row = (
        one.id, one.holder, one.sent_by, one.name, one.sha256, one.bytes, one.format, one.form, one.mapping,
        one.revision, to_micros(one.created_at), None,
    )  # fmt: skip
    insert_rows(connection, tables.upload, _UPLOAD, [row])


def find_upload(connection: Connection, upload: str) -> UploadRow | None:
    return next((_read(row) for row in select(connection, _BY_ID, (upload,))), None)


def find_same(
    connection: Connection, holder: str, sha256: str, form: str, mapping: str | None
) -> UploadRow | None:
    """The last upload of the same bytes, to be read in the same way, that was not discarded."""
    rows = select(connection, _SAME, (holder, sha256, form, mapping or ""))
    return next((_read(row) for row in rows), None)


def list_uploads(connection: Connection, holder: str, most: int) -> list[UploadRow]:
    """The newest first."""
    return [_read(row) for row in select(connection, _OF, (holder, most))]


def list_old(connection: Connection, before: datetime, most: int) -> list[UploadRow]:
    """Uploads that were begun, and whose last step was, before that time: the oldest first."""
    return [_read(row) for row in select(connection, _OLD, (to_micros(before), to_micros(before), most))]


def forget(connection: Connection, one: UploadRow) -> None:
    """Delete everything of an upload, that there was one too."""
    end_job(connection, WORK, one.job)
    for table in tables.UPLOAD_TABLES[1:]:
        run_many(connection, f"DELETE FROM {table.name} WHERE upload = ?", [(one.id,)])  # noqa: S608
    run_many(connection, "DELETE FROM upload WHERE id = ?", [(one.id,)])


def discard(connection: Connection, one: UploadRow, at: datetime) -> None:
    """It is no longer there for anybody; its work ends, its bytes, rows and drafts are deleted."""
    end_job(connection, WORK, one.job)
    for table in tables.UPLOAD_TABLES[1:]:
        run_many(connection, f"DELETE FROM {table.name} WHERE upload = ?", [(one.id,)])  # noqa: S608
    run_many(connection, "UPDATE upload SET discarded_at = ? WHERE id = ?", [(to_micros(at), one.id)])


def received(connection: Connection, upload: str) -> int:
    """How many bytes have come without a gap from the beginning."""
    end = 0
    for start, length in select(connection, _LENGTHS, (upload,)):
        if start != end:
            break
        end += length
    return end


def put_part(connection: Connection, upload: str, start: int, body: bytes) -> None:
    """A part of the file; raises `AlreadyRecorded` where one begins there already."""
    insert_rows(connection, tables.upload_part, ("upload", "start", "body"), [(upload, start, body)])


def read_body(connection: Connection, upload: str) -> bytes:
    """All that has come of the file."""
    return b"".join(bytes(row[0]) for row in select(connection, _BODIES, (upload,)))


def raise_revision(connection: Connection, one: UploadRow) -> UploadRow | None:
    """The upload for which new work can be handed in; None where somebody was quicker."""
    rows = select(connection, _RAISE, (one.id, one.revision))
    return find_upload(connection, one.id) if rows else None


def put_step(connection: Connection, upload: str, phase: str, count: int, at: datetime) -> None:
    """Note how far the work is, in the transaction of that work."""
    run_many(connection, _STEP, [(upload, phase, count, to_micros(at), upload)])


def last_step(connection: Connection, upload: str) -> Step | None:
    rows = select(connection, _LAST_STEP, (upload,))
    return next((Step(phase, count, from_micros(at)) for phase, count, at in rows), None)


def job_state(connection: Connection, one: UploadRow) -> JobState | None:
    """How the last work that was handed in stands; None before there was any."""
    for still_open, leased_until, error in select(connection, _JOB, (WORK, one.job)):
        return JobState(bool(still_open), None if leased_until is None else from_micros(leased_until), error)
    return None


def _read(row: Sequence[Any]) -> UploadRow:
    values = dict(zip(_UPLOAD, row, strict=True))
    values["created_at"] = from_micros(values["created_at"])
    if values["discarded_at"] is not None:
        values["discarded_at"] = from_micros(values["discarded_at"])
    return UploadRow(**values)
