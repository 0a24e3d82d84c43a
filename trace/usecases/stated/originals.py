"""Files that one's own records name by digest: what is kept of them, and keeping one.

Reports and photographs are shown where their records are; papers that came with goods to their firm alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from trace.chain.facts.food import RECEIPT
from trace.chain.facts.goods import REPORT
from trace.errors import ReportFileAbsent, ReportFileDiffers, ReportFileUnnamed
from trace.ledger.canonical import hex_digest
from trace.parties import Actor
from trace.store.log.entries import find_entries
from trace.store.messages.photos import PhotoRow, find_photos
from trace.store.messages.report_files import FileFolder, FileRow, find_files
from trace.store.transaction import Connection, Transactions
from trace.usecases.messages.report_file import FOLDER, ReportFile, store_report_file
from trace.usecases.photos.photo import FOLDER as PHOTOS
from trace.usecases.photos.photo import photos_in, store_photo
from trace.usecases.stated.own_records import OwnRecord, read_own_record
from trace.usecases.stated.papers import keep_paper, read_paper

PHOTO: Final = "photo"
REPORTED: Final = "report"
PAPER: Final = "paper"


@dataclass(frozen=True, slots=True)
class Original:
    """A file that a record names: its digest, what it is, whether it is kept. `chosen`: it was chosen in a
    form and can be sent without being chosen again."""

    sha256: str
    what: str
    kept: bool
    chosen: bool = False


def originals_of(
    transactions: Transactions, data: Path, actor: Actor, record: OwnRecord
) -> tuple[Original, ...]:
    """The files that one's own record names as it stands."""
    named = _named(record.typ, record.stands)
    with transactions.look("originals") as tx:
        here = {one.sha256 for one in find_files(tx.connection, named) if _of(record, one)}
        here |= own_photos(tx.connection, actor, named).keys()
    papers = {sha256 for sha256 in named if read_paper(data, actor, sha256) is not None}
    return tuple(
        Original(sha256, what, sha256 in (papers if what == PAPER else here), sha256 in papers)
        for sha256, what in named.items()
    )


def store_original(
    transactions: Transactions, data: Path, actor: Actor, stmt: str, sha256: str, content: bytes
) -> None:
    """Keep a file that one's own record names; without `content` the one that was chosen in its form.

    Raises `UnknownStatement`, `ReportFileUnnamed`, `ReportFileDiffers`, `PhotoDiffers` and what else keeps it
    out.
    """
    record = read_own_record(transactions, actor, stmt)
    what = _named(record.typ, record.stands).get(sha256)
    if what is None:
        raise ReportFileUnnamed(sha256=sha256[:64])
    if not content and (paper := read_paper(data, actor, sha256)) is not None:
        content = paper.content
    if what == PAPER:
        found = hashlib.sha256(content).hexdigest()
        if found != sha256:
            raise ReportFileDiffers(sha256=sha256, found=found)
        keep_paper(transactions, data, actor, content)
        return
    standing = next(one.stmt for one in reversed(record.versions) if one.data is not None)
    if what == PHOTO:
        store_photo(transactions, data, sha256, standing, content)
    else:
        store_report_file(transactions, data, sha256, standing, content)


def read_original(transactions: Transactions, data: Path, actor: Actor, stmt: str, sha256: str) -> ReportFile:
    """A kept file, for who stated the record that names it; raises `UnknownStatement`, `ReportFileAbsent`."""
    record = read_own_record(transactions, actor, stmt)
    what = _named(record.typ, record.stands).get(sha256)
    if what == PAPER and (paper := read_paper(data, actor, sha256)) is not None:
        return paper
    with transactions.look(actor.subject) as tx:
        file = next((one for one in find_files(tx.connection, [sha256]) if _of(record, one)), None)
        photo = own_photos(tx.connection, actor, [sha256]).get(sha256)
    if what == REPORTED and file is not None:
        content, media = FileFolder(data / FOLDER).read(sha256), file.media_type
        kept = sha256
    elif what == PHOTO and photo is not None and not photo.erased:
        content, media = FileFolder(data / PHOTOS).read(photo.kept), "image/webp"
        kept = photo.kept
    else:
        raise ReportFileAbsent(sha256=sha256)
    if content is None or hashlib.sha256(content).hexdigest() != kept:
        raise ReportFileAbsent(sha256=sha256)
    return ReportFile(media, content)


def _of(record: OwnRecord, row: FileRow) -> bool:
    """Whether a file was sent for this record: naming its digest alone opens nobody's file."""
    return any(one.stmt == row.stmt for one in record.versions)


def own_photos(connection: Connection, actor: Actor, digests: Iterable[str]) -> dict[str, PhotoRow]:
    """Digest -> the photograph, of those that were sent for records of the caller."""
    found = find_photos(connection, list(digests))
    entries = find_entries(connection, {row.stmt for row in found.values()})
    return {name: row for name, row in found.items() if entries[row.stmt].iss == actor.party}


def _named(typ: str, data: Mapping[str, Any]) -> dict[str, str]:
    """Digest in hex -> what the file is."""
    found = {hex_digest(str(one["sha256"])): PHOTO for one in photos_in(data)}
    proofs: Any = data.get("proofs") if typ == RECEIPT.typ else ()
    named = [one["sha256"] for one in proofs or () if isinstance(one, Mapping) and "sha256" in one]
    found |= {hex_digest(str(one)): PAPER for one in named}
    file = data.get("file")
    if typ == REPORT.typ and isinstance(file, Mapping):
        found[hex_digest(str(file["sha256"]))] = REPORTED
    return found
