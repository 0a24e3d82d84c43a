"""A ledger as a file for spreadsheets: all records of the period, up to a stated number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Final

from trace.exchange.ledger_columns import Ledger
from trace.exchange.written_sheets import Cell, Heading, Sheet, write_sheets
from trace.parties import Actor
from trace.store.chain.statements import Stretch, count_stretch
from trace.store.transaction import Transactions, Tx
from trace.usecases.ledgers.period import Period
from trace.usecases.ledgers.read_ledger import STATES, records_in, stretch_of

MOST: Final = 20_000
"""Records in one file; who has more in a period takes shorter ones."""
MOST_LINES: Final = 200_000
"""Rows that these have together."""
Words = Callable[..., str]
"""Key and parameters -> the reader's words."""


def write_ledger(
    transactions: Transactions,
    actor: Actor,
    ledger: Ledger,
    period: Period,
    target: IO[bytes],
    words: Words,
    *,
    most: int = MOST,
) -> None:
    """Write the ledger of the actor's own organisation, and a sheet that says what it holds."""
    with transactions.look(actor.subject) as tx:
        stretch = stretch_of(tx, actor, ledger, period)
        rows = _Rows(tx, ledger, stretch, words, most)
        name, about = words(f"work.ledgers.name.{ledger.name}"), words("work.ledgers.about")
        told = _about(rows, period)
        sides = [Heading(about, 24), Heading(name, 90)]
        write_sheets(target, [Sheet(name, rows.headings(), rows), Sheet(about, sides, told)])


@dataclass
class _Rows:
    """The rows of the first sheet, made as they are asked for; `written` records so far."""

    tx: Tx
    ledger: Ledger
    stretch: Stretch
    words: Words
    most: int
    written: int = 0
    count: int = field(init=False)

    def __post_init__(self) -> None:
        self.count = count_stretch(self.tx.connection, self.stretch)

    @property
    def cut(self) -> str:
        """That the period has more, "" where this is all."""
        if self.written == self.count:
            return ""
        return self.words("work.ledgers.cut", most=self.written, count=self.count)

    def headings(self) -> list[Heading]:
        said = self.words
        return [
            Heading(said("work.ledgers.index"), 10),
            Heading(said("work.ledgers.state"), 12),
            *(Heading(one.header, one.width) for one in self.ledger.columns),
            *(Heading(said(f"work.ledgers.{each}"), 18) for each in ("corrected-at", "logged-at", "stmt")),
        ]

    def __iter__(self) -> Iterator[Sequence[Cell]]:
        states = {one: self.words(f"work.ledgers.states.{one}") for one in STATES}
        lines = 0
        for record in records_in(self.tx, self.ledger, self.stretch, self.most):
            lines += len(record.lines)
            if lines > MOST_LINES:
                break
            for line in record.lines:
                place = (record.index, states[record.state])
                yield (*place, *line, record.corrected_at, record.logged_at, record.stmt)
            self.written += 1
        if self.cut:  # where the rows end too, so that nobody takes a part for the whole
            yield (None, self.cut)


def _about(rows: _Rows, period: Period) -> Iterator[Sequence[Cell]]:
    """What the file holds; asked for when the rows are written."""
    said = rows.words
    yield said("work.ledgers.organisation"), rows.stretch.iss.split(":", 2)[-1]
    yield said("work.ledgers.from"), period.first
    yield said("work.ledgers.to"), period.last
    yield said("work.ledgers.records"), rows.count
    yield said("work.ledgers.written"), rows.written
    yield said("work.ledgers.log"), rows.stretch.origin
    yield said("work.ledgers.made-at"), rows.tx.now
    yield said("work.ledgers.rule"), said("work.ledgers.what")
    if rows.cut:
        yield said("work.ledgers.not-all"), rows.cut
