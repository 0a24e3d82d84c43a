"""The original of a test report: taken when a signed report names its digest, shown where the report is.

The digest in the report's record is the only authority: what does not have it is refused, whoever sends it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from trace.calendar.shanghai import SHANGHAI_TIME
from trace.chain.lineage.closure import trace_down
from trace.errors import (
    BodyTooLarge,
    ReportFileAbsent,
    ReportFileDiffers,
    ReportFileKind,
    ReportFileUnnamed,
)
from trace.ledger.canonical import hex_digest
from trace.store.lots.details import read_packs
from trace.store.lots.graph import StoredLotGraph
from trace.store.messages.report_files import (
    FileFolder,
    FileRow,
    add_file,
    find_files,
    list_reports_stated_in,
)
from trace.store.page_keys import file_key
from trace.store.transaction import Connection, Transactions
from trace.store.versions import PAGES, bump_version

FOLDER: Final = "files"
MEDIA: Final = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
"""First bytes -> media type: what is served is what was found, never what somebody said."""
_MAX_LOTS: Final = 2_000


@dataclass(frozen=True, slots=True)
class ReportFile:
    media_type: str
    content: bytes


def size_limit(transactions: Transactions) -> int:
    """The largest file that is taken, in bytes (rule P21)."""
    rules = transactions.rules
    day = transactions.clock().astimezone(SHANGHAI_TIME).date()
    return int(rules.at("P21", day).number)


def store_report_file(
    transactions: Transactions, data: Path, sha256: str, stmt: str, content: bytes
) -> FileRow:
    """Keep the original that the report `stmt` names by `sha256`; the same again changes nothing.

    Raises BodyTooLarge, ReportFileDiffers, ReportFileKind, ReportFileUnnamed, StorageFull.
    """
    limit = size_limit(transactions)
    if len(content) > limit:
        raise BodyTooLarge(limit=limit, unit="B")
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ReportFileDiffers(sha256=sha256, found=found)
    row = FileRow(sha256, stmt, _media_type(content), len(content))
    with transactions.begin("files") as tx:
        if not _named(tx.connection, stmt, sha256):
            raise ReportFileUnnamed(sha256=sha256)
        FileFolder(data / FOLDER).write(sha256, content)
        add_file(tx.connection, row, tx.now)
        bump_version(tx.connection, PAGES, [file_key(sha256)])  # pages that were kept do not show it yet
    return row


def read_report_file(transactions: Transactions, data: Path, sha256: str) -> ReportFile:
    """The original, where its report stands on the page of some pack; raises ReportFileAbsent."""
    with transactions.look("files") as tx:
        rows = find_files(tx.connection, [sha256])
        row = next((one for one in rows if _shows(tx.connection, one)), None)
        if row is None:
            raise ReportFileAbsent(sha256=sha256)
    content = FileFolder(data / FOLDER).read(sha256)
    if content is None or hashlib.sha256(content).hexdigest() != sha256:
        raise ReportFileAbsent(sha256=sha256)  # lost or changed on the disk: never served as the original
    return ReportFile(row.media_type, content)


def _media_type(content: bytes) -> str:
    for start, media_type in MEDIA.items():
        if content.startswith(start):
            return media_type
    raise ReportFileKind(found=content[:8].hex(), expected=sorted(MEDIA.values()))


def _named(connection: Connection, stmt: str, sha256: str) -> list[int]:
    """The lots that the report tested, where it names the digest and was not corrected since."""
    found = []
    for lot, data in list_reports_stated_in(connection, stmt):
        stated = (orjson.loads(data).get("file") or {}).get("sha256")
        if stated is not None and hex_digest(stated) == sha256:
            found.append(lot)
    return found


def _shows(connection: Connection, row: FileRow) -> bool:
    return _is_public(connection, _named(connection, row.stmt, row.sha256))


def _is_public(connection: Connection, lots: list[int]) -> bool:
    """Whether a pack was made of what was tested: then its page shows the report."""
    if not lots:
        return False
    below = trace_down(StoredLotGraph(connection), lots, max_lots=_MAX_LOTS)
    return bool(read_packs(connection, "lot", below.lots))
