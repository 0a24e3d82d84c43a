"""Receivers of a case's goods as a file: every line of the scope, whole, with the count in its last row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import IO, Any

from trace.exchange.written_sheets import Cell, Heading, Sheet, write_sheets
from trace.parties import Actor
from trace.store.lots.details import read_lots, read_packs
from trace.store.transaction import Transactions
from trace.usecases.casework.goods_of_case import Goods, goods_of_case
from trace.usecases.casework.read_case import read_case

Words = Callable[..., str]
_COLUMNS = (
    *(("name", 28), ("party", 26), ("contact", 20), ("address", 34), ("product", 20), ("lot", 22)),
    *(("code", 26), ("column", 16), ("word", 12), ("least", 14), ("most", 14), ("unit", 8)),
    *(("sent-at", 18), ("shipper", 26), ("statement", 46)),
)


def write_receivers(
    transactions: Transactions, actor: Actor, number: str, target: IO[bytes], words: Words
) -> None:
    """Write the file; raises `CaseUnknown`, `CaseOutOfArea`. Whose data are in it is noted first."""
    seen = read_case(transactions, actor, number)
    goods = goods_of_case(transactions, actor, seen.row, "file")
    with transactions.look(actor.subject) as tx:
        lots = read_lots(tx.connection, sorted({str(one["from"]) for one in goods.lines}))
        urns = {lot.id: lot.urn for lot in lots}
        codes = {
            urns[pack.lot]: f"(01){pack.gtin}(10){pack.batch_no}" if pack.gtin else pack.batch_no
            for pack, _ in read_packs(tx.connection, "lot", urns)
        }
    headings = [Heading(words(f"office.file.{name}"), width) for name, width in _COLUMNS]
    rows = list(_rows(goods, codes, words))
    about: list[Sequence[Cell]] = [
        (words("office.file.case"), seen.row.number),
        (words("office.file.of-lot"), seen.row.lot),
        (words("office.file.as-of"), goods.as_of),
        (words("office.file.made-at"), seen.now),
        (words("office.file.count"), len(rows)),
        (words("office.file.digest"), goods.digest),
    ]
    if goods.unseen is not None:
        about.append((words("office.file.unseen"), words(f"problem.{goods.unseen.code}.title")))
    last: list[Sequence[Cell]] = [(words("office.file.end", count=len(rows)),)]
    sheets = [
        Sheet(words("office.file.receivers"), headings, [*rows, *last]),
        Sheet(words("office.file.about"), [Heading("", 24), Heading("", 70)], about),
    ]
    write_sheets(target, sheets)


def _rows(goods: Goods, codes: dict[str, str], words: Words) -> Iterator[Sequence[Cell]]:
    for line in goods.lines:
        lot = str(line["from"])
        least, most = line["least"], line["most"]
        party = str(line.get("receiver") or "")
        yield (
            str(line.get("name") or goods.names.get(party) or ""),
            party,
            _text(line, "contact"),
            _text(line, "address"),
            str(goods.lots.get(lot, {}).get("productName") or ""),
            lot,
            codes.get(lot, ""),
            words(f"scope.{line['column']}"),
            words(f"office.word.{line['word']}"),
            _value(least),
            _value(most),
            str((most or least or {}).get("unit", "")),
            datetime.fromisoformat(str(line["sentAt"])) if line.get("sentAt") else None,
            _text(line, "shipper"),
            _text(line, "statement"),
        )


def _text(line: Any, member: str) -> str:
    return str(line.get(member) or "")


def _value(amount: Any) -> str:
    """An amount as text: a spreadsheet's number is no exact decimal."""
    return "" if amount is None else str(amount["value"])
