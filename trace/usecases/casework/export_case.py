"""The files of a case whose goods are many, made from the goods as they were read last, and kept in parts.

A job makes them: the lines go part by part from the kept rows into the sheet, and the sheet part by part into
the store. Whoever takes a file has it read out part by part again; whose data are in it is noted before.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any, Final

import orjson

from trace.oversight.analysis import Analysis, Known
from trace.parties import Actor
from trace.store.analyses.documents import find_document, known_until
from trace.store.casework import exports as rows
from trace.store.casework.exports import ExportRow
from trace.store.casework.goods import LINE, KeptReading, by_rank, last_reading
from trace.store.transaction import Transactions, Tx
from trace.usecases.analyses.keep_analysis import Kept, keep_in
from trace.usecases.analyses.progress import WRITING, Progress
from trace.usecases.casework.goods_of_case import Goods, Part
from trace.usecases.casework.kept_goods import is_due, part_of_reading, read_and_keep
from trace.usecases.casework.look import Purpose, Seen, note_looks
from trace.usecases.casework.read_case import CaseSeen, read_case
from trace.usecases.casework.write_receivers import Told, Words, told_of, write_lines
from trace.usecases.lots.sight import require_sight
from trace.usecases.lots.trace_lineage import require_lot
from trace.usecases.proof.assemble_bundle import REGULATOR, BundleSettings
from trace.usecases.proof.take_bundle import take_bundle

NAME: Final = "case-file"
RECEIVERS, DIAGRAM, BUNDLE = "receivers", "trace", rows.BUNDLE
PAPERS: Final = ("a3", "a4")
SORTS: Final = (RECEIVERS, *(f"{DIAGRAM}-{paper}" for paper in PAPERS), BUNDLE)
PRINTED: Final = Part(most=3_000)
"""What is set on paper; beyond it the sheet says how many there are, and the file of receivers has all."""
_PART: Final = 1 << 20
_LINES: Final = 500
"""Lines of a file that are held at once."""
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file of a case: which of `SORTS`, and in which language, "" where it has no words."""

    number: str
    sort: str
    language: str

    def asked(self) -> dict[str, str]:
        return {"case": self.number, "file": self.sort, "language": self.language}


@dataclass(frozen=True, slots=True)
class FilePrinting:
    """How files speak: the words of a language, and the diagram set on paper of that size in it."""

    words: Callable[[str], Words]
    diagram: Callable[[str, CaseSeen, Goods, str], bytes]


class _ReadAnewError(Exception):
    """The goods were read again by another job while a file was made of the reading before."""


def export_case(
    transactions: Transactions,
    actor: Actor,
    asked: Mapping[str, Any],
    told: Progress,
    *,
    printing: FilePrinting,
    bundle: BundleSettings,
) -> Kept:
    """Make a file and keep it, out of goods that are read anew where the last reading is old.

    Raises what the goods, or the bundle, are refused for.
    """
    wanted = Wanted(asked["case"], asked["file"], asked["language"])
    making = _Making(transactions, actor, wanted, told, printing, bundle)
    for _ in range(_TRIES):
        reading = _reading(transactions, actor, wanted.number, told)
        with TemporaryFile() as target:
            try:
                return _keep(transactions, actor, wanted, _write(making, reading, target), target)
            except _ReadAnewError:
                continue
    raise _ReadAnewError


def _reading(transactions: Transactions, actor: Actor, number: str, told: Progress) -> KeptReading:
    """The last reading, or a new one where there is none or it is old."""
    with transactions.look(actor.subject) as tx:
        kept = last_reading(tx.connection, number)
        due = kept is None or is_due(tx, kept.read_at, kept.arrival)
    if kept is None or due:
        read_and_keep(transactions, actor, number, told)
        with transactions.look(actor.subject) as tx:
            kept = last_reading(tx.connection, number)
    if kept is None:
        raise _ReadAnewError
    return kept


@dataclass(frozen=True, slots=True)
class _Written:
    """What a file was made of."""

    reading: KeptReading
    known: Known
    goods: Goods
    rules: str
    left_out: int = 0
    """At how many lots a bundle stops."""


@dataclass(frozen=True, slots=True)
class _Making:
    """What a file is made with, for whom."""

    transactions: Transactions
    actor: Actor
    wanted: Wanted
    told: Progress
    printing: FilePrinting
    bundle: BundleSettings


def _write(making: _Making, reading: KeptReading, target: IO[bytes]) -> _Written:
    transactions, actor, wanted = making.transactions, making.actor, making.wanted
    seen = read_case(transactions, actor, wanted.number)
    on_paper = wanted.sort.startswith(DIAGRAM)
    goods = part_of_reading(transactions, reading, PRINTED if on_paper else Part(most=0))
    with transactions.look(actor.subject) as tx:
        known = known_until(tx.connection, tx.origin, tx.now)
        rules = tx.rules.version
    left_out = 0
    if wanted.sort == RECEIVERS:
        lines, words = _lines(making, reading, goods.count), making.printing.words(wanted.language)
        if write_lines(seen, goods, lines, target, words).count != goods.count:
            raise _ReadAnewError
    elif wanted.sort == BUNDLE:
        made = take_bundle(transactions, seen.row.lot, REGULATOR, making.bundle, seen.reader(actor))
        target.write(orjson.dumps(made))
        left_out = made.get("leftOut", 0)
    else:
        if len(goods.lines) != min(goods.count, PRINTED.most):
            raise _ReadAnewError
        paper = wanted.sort.removeprefix(f"{DIAGRAM}-")
        target.write(making.printing.diagram(wanted.language, seen, goods, paper))
    if wanted.sort != BUNDLE:  # a bundle is of now, whatever was read before
        known = Known(known.log, reading.arrival, datetime.fromisoformat(goods.as_of))
    return _Written(reading, known, goods, rules, left_out)


def _lines(making: _Making, reading: KeptReading, count: int) -> Iterator[Told]:
    last, done = (b"", -1), 0
    while True:
        with making.transactions.look(reading.reading) as tx:
            part: Sequence[Any] = by_rank(tx.connection, reading.reading, LINE, last, _LINES)
        if not part:
            return
        yield from told_of(making.transactions, [line for _, _, line in part])
        last = part[-1][:2]
        done += len(part)
        making.told(WRITING, done, count)


def _keep(
    transactions: Transactions, actor: Actor, wanted: Wanted, written: _Written, target: IO[bytes]
) -> Kept:
    """Keep the bytes part by part, and the document about them with their digest; raises `_ReadAnewError`
    where the reading is no longer the last: it may have been forgotten, since it says what was erased."""
    export, reading = secrets.token_hex(8), written.reading
    row = ExportRow(
        export, wanted.number, wanted.sort, wanted.language, 0, reading.arrival, reading.read_at,
        transactions.clock(),
    )  # fmt: skip
    with transactions.begin(actor.subject) as tx:
        last = last_reading(tx.connection, wanted.number)
        if last is None or last.reading != reading.reading:
            raise _ReadAnewError
        rows.begin_export(tx.connection, row)
    digest, size = hashlib.sha256(), 0
    target.seek(0)
    for number, body in enumerate(iter(lambda: target.read(_PART), b"")):
        with transactions.begin(actor.subject) as tx:
            rows.add_part(tx.connection, export, number, body)
        digest.update(body)
        size += len(body)
    analysis = Analysis(
        question={"name": NAME, **wanted.asked()},
        assumptions={"goods": reading.hash},
        known=written.known,
        rules=written.rules,
        asked=(),
        records=(),
        answer={
            "size": size,
            "sha256": digest.hexdigest(),
            "lines": written.goods.count,
            "parties": sorted(written.goods.parties),
        }
        | ({"leftOut": written.left_out} if written.left_out else {}),
    )
    with transactions.begin(actor.subject) as tx:
        kept = keep_in(tx, actor, analysis)
        rows.end_export(tx.connection, replace(row, hash=kept.hash, size=size, made_at=tx.now))
    return kept


def open_export(
    transactions: Transactions, actor: Actor, seen: CaseSeen, export: ExportRow
) -> Iterator[bytes]:
    """The bytes of a kept file, part by part; whose data are in it is noted before the first of them.

    Raises `LotOutOfSight`.
    """
    row = seen.row
    with transactions.begin(actor.subject) as tx:
        require_sight(tx.connection, seen.reader(actor), require_lot(tx.connection, row.lot))
        answer = orjson.loads(find_document(tx.connection, export.hash) or b"{}")["answer"]
        told = Seen("file", row.number, answer["lines"])
        note_looks(tx, actor, answer["parties"], told, Purpose(row.number, row.number))
    return _parts(transactions, export)


def _parts(transactions: Transactions, export: ExportRow) -> Iterator[bytes]:
    number = 0
    while (body := _part(transactions, export, number)) is not None:
        yield body
        number += 1


def _part(transactions: Transactions, export: ExportRow, number: int) -> bytes | None:
    with transactions.look(export.number) as tx:
        return rows.part_of_export(tx.connection, export.export, number)


def left_out_of(tx: Tx, export: ExportRow | None) -> int:
    """At how many lots a kept bundle stops; 0 where it is whole, or is no bundle."""
    if export is None or export.sort != BUNDLE:
        return 0
    answer = orjson.loads(find_document(tx.connection, export.hash) or b"{}").get("answer", {})
    return int(answer.get("leftOut", 0))


def last_file(tx: Tx, wanted: Wanted) -> ExportRow | None:
    """The file as it was made last."""
    return rows.last_export(tx.connection, wanted.number, wanted.sort, wanted.language)
