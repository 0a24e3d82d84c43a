"""Papers of a firm: photographs and scans of what came with goods, kept for that firm alone.

A paper is kept as soon as somebody chose it in a form: what a telephone photographs into a form is nowhere
else, and the record names its digest. Each firm has a folder of its own: who only knows a digest, which
records name, gets nothing by naming it too. No public page shows a paper.

A paper that no signed record names after the days of rule P79 is deleted, unless a draft or an upload that
waits names it: what is never signed is nobody's proof, and may show others' names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.corrections import CORRECTION
from trace.chain.facts.food import RECEIPT
from trace.chain.facts.goods import REPORT
from trace.errors import BodyTooLarge, ReportFileKind, RightMissing
from trace.ledger.canonical import b64u, hex_digest
from trace.ledger.statement import parse_disclosed
from trace.parties import OWN, Actor
from trace.store.accounts.people import list_organisations
from trace.store.log.disclosures import read_disclosures
from trace.store.log.entries import find_entries
from trace.store.messages.report_files import FileFolder
from trace.store.transaction import Transactions, Tx
from trace.store.uploads.papers import (
    known_papers,
    mark_named,
    note_paper,
    signed_with_papers,
    take_unsigned,
    unsigned_papers,
    waits_to_be_signed,
)
from trace.usecases.messages.report_file import MEDIA, ReportFile, size_limit

FOLDER: Final = "papers"
KEPT: Final = "P79"
_NAME: Final = 32
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Unsigned:
    """How many papers of a firm no signed record names, for how many days each is kept, and the first day on
    which one is deleted."""

    count: int
    days: int
    first: date | None


def keep_paper(transactions: Transactions, data: Path, actor: Actor, content: bytes) -> str:
    """Keep a paper of the caller's firm; its SHA-256. Raises BodyTooLarge, ReportFileKind, StorageFull."""
    limit = size_limit(transactions)
    if len(content) > limit:
        raise BodyTooLarge(limit=limit, unit="B")
    if _media(content) is None:
        raise ReportFileKind(found=content[:8].hex(), expected=sorted(MEDIA.values()))
    sha256 = hashlib.sha256(content).hexdigest()
    folder = _folder(data, actor)
    with transactions.begin("papers") as tx:
        note_paper(tx.connection, actor.party or "", sha256, tx.now)
        folder.write(sha256, content)
    return sha256


def read_paper(data: Path, actor: Actor, sha256: str) -> ReportFile | None:
    """A paper of the caller's firm; None where none of that digest is kept whole."""
    content = _folder(data, actor).read(sha256)
    if content is None or hashlib.sha256(content).hexdigest() != sha256:
        return None
    media = _media(content)
    return None if media is None else ReportFile(media, content)


def unsigned_of(transactions: Transactions, actor: Actor) -> Unsigned:
    """The caller's papers that no signed record is known to name, and when the first of them is deleted."""
    with transactions.look(actor.subject) as tx:
        days = tx.rules.at(KEPT, day_in_shanghai(tx.now)).duration
        found = unsigned_papers(tx.connection, actor.party or "")
    first = day_in_shanghai(found[0][1] + days) if found else None
    return Unsigned(len(found), days.days, first)


def forget_unsigned_papers(transactions: Transactions, data: Path) -> int:
    """Delete papers whose time is over and that no signed record, draft or upload names; how many."""
    with transactions.look("job") as tx:
        firms = [one.urn for one in list_organisations(tx.connection)]
    return sum(_forget(transactions, data, firm) for firm in firms)


def _forget(transactions: Transactions, data: Path, firm: str) -> int:
    folder = _folder_of(data, firm)
    with transactions.begin("job") as tx:
        for sha256 in folder.names() - known_papers(tx.connection, firm):
            note_paper(tx.connection, firm, sha256, tx.now)
    with transactions.look("job") as tx:
        before = tx.now - tx.rules.at(KEPT, day_in_shanghai(tx.now)).duration
        old = [sha256 for sha256, kept in unsigned_papers(tx.connection, firm) if kept < before]
        if not old:
            return 0
        named = _named_by(tx, firm)
        over = [
            one
            for one in old
            if one not in named
            and not waits_to_be_signed(tx.connection, firm, (one, b64u(bytes.fromhex(one))))
        ]
    gone = 0
    with transactions.begin("job") as tx:
        mark_named(tx.connection, firm, named.intersection(old), tx.now)
        for sha256 in over:
            # The row goes first: whoever chooses the same paper now waits, and writes it again afterwards.
            if take_unsigned(tx.connection, firm, sha256, before):
                folder.delete(sha256)
                gone += 1
    return gone


def _named_by(tx: Tx, firm: str) -> set[str]:
    """Every digest that a signed record of the firm names, as it stood or stands."""
    found: set[str] = set()
    stmts = signed_with_papers(tx.connection, firm, tx.origin, (RECEIPT.typ, REPORT.typ, CORRECTION.typ))
    for begin in range(0, len(stmts), _AT_ONCE):
        entries = find_entries(tx.connection, stmts[begin : begin + _AT_ONCE])
        held = read_disclosures(tx.connection, entries)
        for entry in entries.values():
            data = parse_disclosed(entry.jws, held.get(entry.statement_id, ())).claims.data
            for said in (data, data.get("replacement")):
                if isinstance(said, Mapping):
                    found |= digests_in(said)
    return found


def digests_in(data: Mapping[str, Any]) -> set[str]:
    """Every digest that a record's data name, wherever it stands."""
    found: set[str] = set()
    waiting: list[Any] = [data]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            waiting += one.values()
            if isinstance(one.get("sha256"), str):
                found.add(hex_digest(one["sha256"]))
        elif isinstance(one, list | tuple):
            waiting += one
    return found


def _media(content: bytes) -> str | None:
    return next((media for start, media in MEDIA.items() if content.startswith(start)), None)


def _folder(data: Path, actor: Actor) -> FileFolder:
    if actor.party is None:
        raise RightMissing(scope=OWN)
    return _folder_of(data, actor.party)


def _folder_of(data: Path, firm: str) -> FileFolder:
    return FileFolder(data / FOLDER / hashlib.sha256(firm.encode()).hexdigest()[:_NAME])
