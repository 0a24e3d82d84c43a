"""Receiving of uploads: announced by digest and length, sent in parts, gone on with after any break."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from trace.errors import FileTooLarge, MappingUnfit, PartMisplaced, UploadBusy, UploadSigned, UploadUnknown
from trace.exchange.tabular.row_stream import UPLOAD_LIMITS
from trace.ledger.canonical import b64u
from trace.parties import Actor
from trace.store.jobs import put_job
from trace.store.transaction import Transactions, Tx
from trace.store.uploads.drafts import NEW, STATED, count_drafts
from trace.store.uploads.files import (
    WORK,
    UploadRow,
    discard,
    find_same,
    find_upload,
    job_state,
    put_part,
    put_upload,
    raise_revision,
    received,
)
from trace.store.uploads.mappings import find_mapping

FORMATS: Final = ("xlsx", "csv", "jsonl")
PART_BYTES: Final = 4 * 2**20


@dataclass(frozen=True, slots=True)
class Announced:
    """A file that is to come: its name, digest (hex), length, and how it is to be read."""

    name: str
    sha256: str
    bytes: int
    format: str
    form: str = ""
    mapping: str | None = None


def announce(transactions: Transactions, actor: Actor, one: Announced) -> tuple[UploadRow, bool]:
    """The upload of this file, and whether it is new.

    The same bytes, to be read in the same way, are the upload that is there, as long as some of it is still
    to be signed or mended: whoever sends a file twice finds it begun. Raises `FileTooLarge`, `MappingUnfit`
    for a mapping that is none of the caller's.
    """
    if one.bytes > UPLOAD_LIMITS.file_bytes:
        raise FileTooLarge(what="bytes", limit=UPLOAD_LIMITS.file_bytes)
    holder = actor.party or ""
    with transactions.begin(actor.subject) as tx:
        saved = None if one.mapping is None else find_mapping(tx.connection, one.mapping)
        if one.mapping is not None and (saved is None or saved.holder != holder):
            raise MappingUnfit(reason="no-such-mapping", names=one.mapping[:40])
        before = find_same(tx.connection, holder, one.sha256, one.form, one.mapping)
        if before is not None and not _is_over(tx, before):
            return before, False
        made = UploadRow(
            b64u(secrets.token_bytes(16)), holder, actor.subject, one.name, one.sha256, one.bytes,
            one.format, one.form, one.mapping, 0, tx.now,
        )  # fmt: skip
        put_upload(tx.connection, made)
    return made, True


def _is_over(tx: Tx, one: UploadRow) -> bool:
    """Whether nothing of it is left to be done: the same file again is then asked anew, and known."""
    job = job_state(tx.connection, one)
    return job is not None and not job.open and not count_drafts(tx.connection, one.id).get(NEW, 0)


def take_part(transactions: Transactions, actor: Actor, upload: str, start: int, body: bytes) -> int:
    """Keep a part that begins where the last one ended; gives how much there is now.

    With the last part the work is handed in. Raises `UploadUnknown`, `PartMisplaced` (with the place wanted).
    """
    with transactions.begin(actor.subject) as tx:
        one = require_own(tx, actor, upload)
        there = received(tx.connection, upload)
        if start != there or there + len(body) > one.bytes:
            raise PartMisplaced(start=start, wanted=there)
        put_part(tx.connection, upload, start, body)
        there += len(body)
        if there == one.bytes:
            hand_in(tx, one)
    return there


def hand_in(tx: Tx, one: UploadRow) -> UploadRow:
    """Have the upload worked on, once; raises `UploadBusy` where that is under way."""
    job = job_state(tx.connection, one)
    raised = None if job is not None and job.open else raise_revision(tx.connection, one)
    if raised is None:
        raise UploadBusy(upload=one.id)
    put_job(tx.connection, WORK, raised.job, {}, tx.now)
    return raised


def require_own(tx: Tx, actor: Actor, upload: str) -> UploadRow:
    """The upload, of the caller's own party; raises `UploadUnknown`."""
    one = find_upload(tx.connection, upload)
    if one is None or one.discarded_at is not None or actor.party is None or one.holder != actor.party:
        raise UploadUnknown(upload=upload[:40])
    return one


def require_idle(tx: Tx, one: UploadRow) -> None:
    """Return where nobody works on it; raises `UploadBusy`."""
    job = job_state(tx.connection, one)
    if job is None or job.open:
        raise UploadBusy(upload=one.id)


def discard_upload(transactions: Transactions, actor: Actor, upload: str) -> None:
    """Forget an upload with all that was read of it; raises `UploadSigned` once some of it was signed."""
    with transactions.begin(actor.subject) as tx:
        one = require_own(tx, actor, upload)
        signed = count_drafts(tx.connection, one.id).get(STATED, 0)
        if signed:
            raise UploadSigned(upload=one.id, count=signed)
        discard(tx.connection, one, tx.now)
