"""Receivers of a case's goods as a file: every line of the scope, with count and digest in its last row.

The lines go from the store into the sheet as they pass, in as many sheets as they need. Whose data are in it
is noted before anybody has the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from trace.errors import Refusal
from trace.exchange.written_sheets import Cell, Heading, Sheet, split_rows, write_sheets
from trace.parties import Actor
from trace.store.casework.asked import firm_names
from trace.store.lots.details import read_lots, read_packs
from trace.store.transaction import Transactions
from trace.usecases.casework.goods_of_case import Goods, Part, goods_of_case
from trace.usecases.casework.look import Purpose, Seen, note_look
from trace.usecases.casework.read_case import CaseSeen, read_case
from trace.usecases.casework.read_goods import Line
from trace.usecases.lots.recall_scope import read_scope

Words = Callable[..., str]
_COLUMNS = (
    *(("name", 28), ("party", 26), ("contact", 20), ("address", 34), ("product", 20), ("lot", 22)),
    *(("code", 26), ("column", 16), ("word", 12), ("least", 14), ("most", 14), ("unit", 8)),
    *(("sent-at", 18), ("shipper", 26), ("statement", 46)),
)


@dataclass(frozen=True, slots=True)
class Told:
    """A line with what it does not say itself: the receiver's name, what the goods are, their packs' code."""

    line: Line
    name: str
    product: str
    code: str


def write_receivers(
    transactions: Transactions, actor: Actor, number: str, target: IO[bytes], words: Words
) -> None:
    """Write the file; raises `CaseUnknown`, `CaseOutOfArea`. Whose data are in it is noted first."""
    seen = read_case(transactions, actor, number)
    reader = seen.reader(actor)
    goods = goods_of_case(transactions, reader, seen.row, "file", Part(most=0))
    codes = _codes(transactions, goods.passed_on)

    def lines() -> Iterator[Told]:
        for line in _lines(transactions, reader, seen, goods):
            lot = str(line["from"])
            yield Told(line, _name(line, goods.names), goods.products.get(lot, ""), codes.get(lot, ""))

    file = write_lines(seen, goods, lines(), target, words)
    if unnoted := file.shippers - goods.parties:
        # Goods that went on while the file was being written.
        told = Seen("file", number, file.count)
        note_look(transactions, actor, unnoted, told, Purpose(number, number))


def write_lines(
    seen: CaseSeen, goods: Goods, lines: Iterable[Told], target: IO[bytes], words: Words
) -> _File:
    """Write the workbook of these lines, as they pass."""
    file = _File(words)
    headings = [Heading(words(f"office.file.{name}"), width) for name, width in _COLUMNS]
    rows = file.rows(lines)

    def sheets() -> Iterator[Sheet]:
        yield from split_rows(words("office.file.receivers"), headings, rows)
        about = _about(seen, goods, file, words)
        yield Sheet(words("office.file.about"), [Heading("", 24), Heading("", 70)], about)

    write_sheets(target, sheets())
    return file


def told_of(transactions: Transactions, lines: Sequence[Line]) -> Iterator[Told]:
    """Kept lines, a part of them, with names and codes."""
    with transactions.look("case") as tx:
        receivers = {str(line["receiver"]) for line in lines if line.get("receiver")}
        names = firm_names(tx.connection, sorted(receivers))
    codes = _codes(transactions, {str(line["from"]) for line in lines})
    for line in lines:
        yield Told(line, _name(line, names), str(line["product"]), codes.get(str(line["from"]), ""))


def _name(line: Line, names: Mapping[str, str]) -> str:
    return str(line.get("name") or names.get(str(line.get("receiver") or "")) or "")


def _lines(transactions: Transactions, actor: Actor, seen: CaseSeen, goods: Goods) -> Iterator[Line]:
    if goods.unseen is not None:
        return
    starts = goods.starts or [seen.row.lot]
    with closing(read_scope(transactions, starts[0], actor, starts[1:])) as members:  # type: ignore[type-var]
        for name, value in members:
            if name == "lines" and isinstance(value, Iterable):
                yield from value


def _codes(transactions: Transactions, lots: Collection[str]) -> dict[str, str]:
    """Lot -> the code on its packs."""
    with transactions.look("case") as tx:
        urns = {lot.id: lot.urn for lot in read_lots(tx.connection, sorted(lots))}
        return {
            urns[pack.lot]: f"(01){pack.gtin}(10){pack.batch_no}" if pack.gtin else pack.batch_no
            for pack, _ in read_packs(tx.connection, "lot", urns)
        }


@dataclass(slots=True)
class _File:
    """The rows while they are written, counted and digested: `digest` is SHA-256 over every row's cells."""

    words: Words
    count: int = 0
    shippers: set[str] = field(default_factory=set)
    digest: Any = field(default_factory=hashlib.sha256)

    def rows(self, lines: Iterable[Told]) -> Iterator[Sequence[Cell]]:
        for told in lines:
            row = self._row(told)
            self.count += 1
            self.shippers.update(filter(None, [told.line.get("shipper")]))
            self.digest.update("\t".join(map(str, row)).encode() + b"\n")
            yield row
        yield (self.words("office.file.end", count=self.count, digest=self.digest.hexdigest()),)

    def _row(self, told: Told) -> Sequence[Cell]:
        line = told.line
        least, most = line["least"], line["most"]
        return (
            told.name,
            _text(line, "receiver"),
            _text(line, "contact"),
            _text(line, "address"),
            told.product,
            str(line["from"]),
            told.code,
            self.words(f"scope.{line['column']}"),
            self.words(f"office.word.{line['word']}"),
            _value(least),
            _value(most),
            str((most or least or {}).get("unit", "")),
            datetime.fromisoformat(str(line["sentAt"])) if line.get("sentAt") else None,
            _text(line, "shipper"),
            _text(line, "statement"),
        )


def _about(seen: CaseSeen, goods: Goods, file: _File, words: Words) -> list[Sequence[Cell]]:
    unseen: Refusal | None = goods.unseen
    return [
        (words("office.file.case"), seen.row.number),
        (words("office.file.of-lot"), seen.row.lot),
        (words("office.file.as-of"), datetime.fromisoformat(goods.as_of) if goods.as_of else None),
        (words("office.file.made-at"), seen.now),
        (words("office.file.count"), file.count),
        (words("office.file.digest"), goods.digest),
        (words("office.file.rows-digest"), file.digest.hexdigest()),
        *([(words("office.file.unseen"), words(f"problem.{unseen.code}.title"))] if unseen else []),
    ]


def _text(line: Line, member: str) -> str:
    return str(line.get(member) or "")


def _value(amount: Any) -> str:
    """An amount as text: a spreadsheet's number is no exact decimal."""
    return "" if amount is None else str(amount["value"])
