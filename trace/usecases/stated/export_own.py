"""Everything that a firm stated, as one file: the signed bytes, a table for people, and the files they name.

Whoever leaves this platform, or wants proof of its own, takes a ZIP along: `records.jsonl` has each signed
statement with its disclosures and its place in the log, `records.xlsx` says the same in words, `files/` holds
papers, originals and photographs under the digests that the records name. The ZIP is sent as it grows: a part
of the records is held at a time, and the rows of the table wait in a file.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

import orjson

from trace.calendar.shanghai import SHANGHAI_TIME
from trace.errors import RightMissing
from trace.exchange.growing_zip import Sink, entry_named
from trace.exchange.written_sheets import Cell, Heading, split_rows, write_sheets
from trace.ledger.statement import parse_disclosed
from trace.parties import OWN, Actor
from trace.store.chain.own_records import OwnStatement, newest_arrival, own_statements_after
from trace.store.log.disclosures import read_disclosures
from trace.store.log.entries import StoredEntry, find_entries
from trace.store.messages.report_files import FileFolder, find_files
from trace.store.transaction import Transactions
from trace.usecases.messages.report_file import FOLDER
from trace.usecases.photos.photo import FOLDER as PHOTOS
from trace.usecases.stated.originals import own_photos
from trace.usecases.stated.papers import digests_in, read_paper

AT_ONCE: Final = 500
_WIDTHS: Final = (24, 18, 46, 18, 18, 18, 90)
_COLUMNS: Final = ("record", "about", "number", "happened", "logged", "state", "said")
_PART: Final = 1 << 20
_ENDINGS: Final = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@dataclass(frozen=True, slots=True)
class Wording:
    """How the reader is told: a sentence by its key, a kind by its type, the data of a record in words."""

    say: Callable[..., str]
    kind: Callable[[str], str]
    told: Callable[[str, Mapping[str, Any]], str]


@dataclass
class _Own:
    """What was read so far: how many records, and the digests that they name."""

    records: int = 0
    digests: set[str] = field(default_factory=set)


def export_own(transactions: Transactions, data: Path, actor: Actor, words: Wording) -> Iterator[bytes]:
    """The ZIP of the caller's own organisation, part by part: what stands in the log when it is asked for.

    Raises `RightMissing` before the first part.
    """
    if actor.party is None:
        raise RightMissing(scope=OWN)
    with transactions.look(actor.subject) as tx:
        newest, now = newest_arrival(tx.connection), tx.now
    return _parts(transactions, data, actor, words, newest, now)


def _parts(
    transactions: Transactions, data: Path, actor: Actor, words: Wording, newest: int, now: datetime
) -> Iterator[bytes]:
    sink, own = Sink(), _Own()
    with zipfile.ZipFile(sink, "w") as archive, tempfile.TemporaryFile() as rows:
        with archive.open(entry_named("records.jsonl"), "w", force_zip64=True) as lines:
            for part in _records(transactions, actor, newest):
                for one, line, row in part:
                    lines.write(orjson.dumps(line) + b"\n")
                    rows.write(orjson.dumps(_row(one, row, words)) + b"\n")
                    own.digests |= digests_in(row)
                own.records += len(part)
                yield sink.taken()
        with tempfile.TemporaryFile() as table:
            _write_table(table, rows, words)
            yield from _copied(archive, sink, "records.xlsx", table)
        files = 0
        named = sorted(own.digests)
        for begin in range(0, len(named), AT_ONCE):
            for name, content in _files(transactions, data, actor, named[begin : begin + AT_ONCE]):
                archive.writestr(entry_named(f"files/{name}", packed=True), content)
                files += 1
                yield sink.taken()
        at = f"{now.astimezone(SHANGHAI_TIME):%Y-%m-%d %H:%M} (UTC+8)"
        about = {"firm": actor.party, "at": at, "records": own.records, "files": files}
        archive.writestr(entry_named("README.txt"), words.say("work.export.about", **about))
    yield sink.taken()


def _records(
    transactions: Transactions, actor: Actor, newest: int
) -> Iterator[list[tuple[OwnStatement, Mapping[str, Any], Mapping[str, Any]]]]:
    """Parts of own statements in order of time: the row, the line of it, and what it says."""
    after: OwnStatement | None = None
    while True:
        with transactions.look(actor.subject) as tx:
            found = own_statements_after(tx.connection, actor.party or "", tx.origin, after, newest, AT_ONCE)
            stmts = [one.stmt for one in found]
            entries = find_entries(tx.connection, stmts)
            held = read_disclosures(tx.connection, stmts)
            log = tx.origin
        if not found:
            return
        yield [_line(one, entries[one.stmt], held.get(one.stmt, ()), log) for one in found]
        after = found[-1]


def _line(
    one: OwnStatement, entry: StoredEntry, held: Sequence[str], log: str
) -> tuple[OwnStatement, Mapping[str, Any], Mapping[str, Any]]:
    signed = parse_disclosed(entry.jws, held)
    line = {"stmt": one.stmt, "log": log, "index": entry.index, "loggedAt": entry.logged_at}
    return one, {**line, "jws": signed.flattened()}, signed.claims.data


def _row(one: OwnStatement, data: Mapping[str, Any], words: Wording) -> list[Cell]:
    state = words.say("work.stated.amended" if one.amended else "work.stated.as-signed")
    times = (one.occurred_at.isoformat(), one.logged_at.isoformat())
    return [words.kind(one.typ), one.sub.split(":")[-1], one.stmt, *times, state, words.told(one.typ, data)]


def _write_table(target: IO[bytes], rows: IO[bytes], words: Wording) -> None:
    rows.seek(0)

    def read() -> Iterator[Sequence[Cell]]:
        for line in rows:
            record, about, number, happened, logged, state, said = orjson.loads(line)
            times = (datetime.fromisoformat(happened), datetime.fromisoformat(logged))
            yield record, about, number, *times, state, said

    headings = [
        Heading(words.say(f"work.export.column.{name}"), width)
        for name, width in zip(_COLUMNS, _WIDTHS, strict=True)
    ]
    write_sheets(target, split_rows(words.say("work.stated.rows"), headings, read()))


def _copied(archive: zipfile.ZipFile, sink: Sink, name: str, source: IO[bytes]) -> Iterator[bytes]:
    source.seek(0)
    with archive.open(entry_named(name, packed=True), "w", force_zip64=True) as target:
        while content := source.read(_PART):
            target.write(content)
            yield sink.taken()


def _files(
    transactions: Transactions, data: Path, actor: Actor, digests: Collection[str]
) -> Iterator[tuple[str, bytes]]:
    """The files of these digests that were sent for records of one's own, whole, each under its name."""
    with transactions.look(actor.subject) as tx:
        rows = {one.sha256: one for one in find_files(tx.connection, digests)}
        entries = find_entries(tx.connection, {one.stmt for one in rows.values()})
        photos = own_photos(tx.connection, actor, digests)
    for sha256 in digests:
        row, photo = rows.get(sha256), photos.get(sha256)
        if (paper := read_paper(data, actor, sha256)) is not None:
            yield f"{sha256}.{_ENDINGS[paper.media_type]}", paper.content
        elif row is not None and entries[row.stmt].iss == actor.party:
            content = FileFolder(data / FOLDER).read(sha256)
            if content is not None and hashlib.sha256(content).hexdigest() == sha256:
                yield f"{sha256}.{_ENDINGS[row.media_type]}", content
        elif photo is not None and not photo.erased:
            content = FileFolder(data / PHOTOS).read(photo.kept)
            if content is not None:
                yield f"{sha256}.webp", content
