"""Papers of a firm: photographs and scans of what came with goods, kept for that firm alone.

A paper is kept as soon as somebody chose it in a form: what a telephone photographs into a form is nowhere
else, and the record names its digest. Each firm has a folder of its own: who only knows a digest, which
records name, gets nothing by naming it too. No public page shows a paper.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from trace.errors import BodyTooLarge, ReportFileKind, RightMissing
from trace.parties import OWN, Actor
from trace.store.messages.report_files import FileFolder
from trace.store.transaction import Transactions
from trace.usecases.messages.report_file import MEDIA, ReportFile, size_limit

FOLDER: Final = "papers"
_NAME: Final = 32


def keep_paper(transactions: Transactions, data: Path, actor: Actor, content: bytes) -> str:
    """Keep a paper of the caller's firm; its SHA-256. Raises BodyTooLarge, ReportFileKind, StorageFull."""
    limit = size_limit(transactions)
    if len(content) > limit:
        raise BodyTooLarge(limit=limit, unit="B")
    if _media(content) is None:
        raise ReportFileKind(found=content[:8].hex(), expected=sorted(MEDIA.values()))
    sha256 = hashlib.sha256(content).hexdigest()
    _folder(data, actor).write(sha256, content)
    return sha256


def read_paper(data: Path, actor: Actor, sha256: str) -> ReportFile | None:
    """A paper of the caller's firm; None where none of that digest is kept whole."""
    content = _folder(data, actor).read(sha256)
    if content is None or hashlib.sha256(content).hexdigest() != sha256:
        return None
    media = _media(content)
    return None if media is None else ReportFile(media, content)


def _media(content: bytes) -> str | None:
    return next((media for start, media in MEDIA.items() if content.startswith(start)), None)


def _folder(data: Path, actor: Actor) -> FileFolder:
    if actor.party is None:
        raise RightMissing(scope=OWN)
    firm = hashlib.sha256(actor.party.encode()).hexdigest()[:_NAME]
    return FileFolder(data / FOLDER / firm)
