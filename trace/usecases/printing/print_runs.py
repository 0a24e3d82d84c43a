"""Print runs of item codes: asked for behind the gate, remembered, cut into parts that can be made again.

A run is described once, and its files follow from the description and the keys of the serials: nothing is
stored but a row. The interval is remembered whether or not the files were fetched, so that the same codes
are not printed twice by two people who do not know of each other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from trace.codes import platform_code
from trace.codes.crockford import ALPHABET
from trace.codes.intervals import Interval
from trace.codes.public_address import public_address
from trace.codes.ranges import CodeRange
from trace.codes.serials import LENGTH
from trace.errors import CodesNotAllocated, RangeOutside
from trace.errors.printing import CodesNotPrintable, PrintedBefore, RunTaken, RunTooLong, RunUnknown
from trace.labels.captions import LANGUAGES, LabelText
from trace.labels.formats import FORMATS, Pair
from trace.labels.linear import SymbolFamily, Template
from trace.labels.module_size import PRINTERS, Warned, exactly
from trace.labels.print_run import PER_PART, PER_PDF, PrintRun
from trace.labels.text_warnings import printable, text_warnings
from trace.parties import Actor
from trace.store.codes.ranges import read_ranges
from trace.store.printing.print_runs import (
    RunRow,
    find_run,
    forget_run,
    list_parts_made,
    put_run,
    runs_of_lot,
    runs_over,
)
from trace.store.printing.printers import find_offset
from trace.store.transaction import Connection, Transactions
from trace.usecases.accounts.forms import once
from trace.usecases.lots.sight import parties_in_area
from trace.usecases.printing.print_label import SHEET, LabelOptions, sized
from trace.usecases.printing.printable_pack import OF_ITEMS, OpenPack, open_pack

LONGEST: Final = 20_000_000
"""Codes in one run: two thousand parts, and a manifest that is still read at once."""
RUN_PAGE: Final = "/desk/print-runs/{}"
_FAMILIES: Final = 16
"""Tables of that many runs are kept; each takes about 0.1 s to make and 2 MB."""


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A print run asked for: `interval` of counters (None: every code of the lot), in which form, for whom.

    `again` is the reason for printing codes a second time; `hidden` asks for the column of hidden codes.
    """

    form: str
    printer: str
    interval: Interval | None = None
    size: str = "60x40"
    dpi: int = 203
    dots: int | None = None
    hidden: bool = False
    again: str | None = None
    start: int = 1
    cut_marks: bool = True
    language: str = LANGUAGES[0]


@dataclass(frozen=True, slots=True)
class PrintsOn:
    """Leave to print codes of `run` on, or again: `allowed` refuses, behind the log's lock, what is not."""

    run: str
    allowed: Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class AskedRun:
    """A run as it stands: its row, how many parts were made, and what to beware of."""

    row: RunRow
    done: int
    warnings: tuple[Warned, ...]

    @property
    def state(self) -> str:
        """asked | printing | made | signed"""
        if self.row.manifest is not None:
            return "signed"
        if self.done == self.row.parts:
            return "made"
        return "printing" if self.done else "asked"


def ask_run(
    transactions: Transactions,
    lot: str,
    wish: RunRequest,
    actor: Actor,
    public_url: str,
    form: str = "",
    *,
    on: PrintsOn | None = None,
) -> AskedRun:
    """Enter a print run of the item codes of `lot`; asked again by the same `form` of a page, the same run.
    Labels are moved as the printer of that name needs it, where the firm has set it.

    Codes of an earlier run are printed `on` by what was reported of it, or again with a reason.

    Raises what `open_pack` raises (gate "code" only), `CodesNotAllocated`, `RangeOutside`,
    `CodesNotPrintable`, `PrintedBefore`, `RunTooLong`, `LabelSizeUnknown`, `LabelTooSmall`,
    `LabelTextTooLong`, `ModuleUnprintable`, `SymbolTooLarge`.
    """
    with transactions.look("print") as tx:
        pack = open_pack(tx.connection, lot, OF_ITEMS, actor.party)
        codes = codes_of(tx.connection, lot)
        offset = find_offset(tx.connection, actor.party or "", wish.printer)
    interval = wish.interval or codes.interval
    if interval.count > LONGEST:
        raise RunTooLong(count=interval.count, limit=LONGEST)
    run, family = _described(pack, codes, interval, wish, public_url)
    if wish.form in _WITH_TEXT:  # what a printing house lays out itself is moved there
        run = replace(run, offset=offset)
    described = {**run.described(family), "lot": lot, "again": wish.again}
    # The log's lock: two who ask at the same moment for the same codes must not both be first.
    with transactions.begin(actor.subject, sequencing=True) as tx:
        done = once(tx, form, actor.person) if form else None
        if done is not None and done.before:
            row = run_of(tx.connection, done.leads_to.rpartition("/")[2], actor, own=True)
            return AskedRun(row, len(list_parts_made(tx.connection, row.id)), _warnings(row))
        before = runs_over(tx.connection, codes.scope, codes.epoch, interval.first, interval.end)
        if on is not None:
            on.allowed(tx.connection)
        refuse_withdrawn(codes_of(tx.connection, lot), interval)
        if on is None and before and wish.again is None:
            raise _printed(before[-1], interval)
        number = _number(str(described["job"]), wish.printer, len(before))
        row = RunRow(
            number, lot, codes.scope, codes.epoch, interval.first, interval.count, wish.form, described,
            run.count_of_parts, wish.printer, actor.subject, actor.party or "", tx.now, wish.again,
            of_run=None if on is None else on.run,
        )  # fmt: skip
        put_run(tx.connection, row)
        if done is not None:
            done.to(RUN_PAGE.format(number))
    return AskedRun(row, 0, _warnings(row))


def look_at_run(transactions: Transactions, run: str, actor: Actor) -> AskedRun:
    """The progress of a run; raises `RunUnknown`, also for another holder's."""
    with transactions.look("print") as tx:
        row = run_of(tx.connection, run, actor)
        return AskedRun(row, len(list_parts_made(tx.connection, run)), _warnings(row))


def list_runs(transactions: Transactions, lot: str, actor: Actor) -> list[AskedRun]:
    """The runs of a lot that the caller asked for, for an authority those of its area, the oldest first."""
    with transactions.look("print") as tx:
        every = runs_of_lot(tx.connection, lot)
        rows = [row for row in every if sees_run(tx.connection, row, actor)]
        return [AskedRun(row, len(list_parts_made(tx.connection, row.id)), _warnings(row)) for row in rows]


def withdraw_run(transactions: Transactions, run: str, actor: Actor) -> None:
    """Forget a run of which nothing was given away; raises `RunUnknown`, `RunTaken`."""
    with transactions.begin(actor.subject, sequencing=True) as tx:  # no part is given away meanwhile
        run_of(tx.connection, run, actor, own=True)
        done = len(list_parts_made(tx.connection, run))
        if done:
            raise RunTaken(run=run, done=done)
        forget_run(tx.connection, run)


def run_of(connection: Connection, run: str, actor: Actor, *, own: bool = False) -> RunRow:
    """The row of a run that the caller may see, or that is its `own`; raises `RunUnknown`."""
    row = find_run(connection, run)
    if row is None or not (row.holder == actor.party if own else sees_run(connection, row, actor)):
        raise RunUnknown(run=run)
    return row


def sees_run(connection: Connection, row: RunRow, actor: Actor) -> bool:
    """Whether a run is the caller's own, or of a firm in the area of an authority."""
    if row.holder == actor.party:
        return True
    return actor.oversees and row.holder in parties_in_area(connection, actor, [row.holder])


def codes_of(connection: Connection, lot: str) -> CodeRange:
    """The lot's range as it stands; raises `CodesNotAllocated`."""
    found = read_ranges(connection, [lot])
    if not found:
        raise CodesNotAllocated(lot=lot)
    return found[-1].codes


def refuse_withdrawn(codes: CodeRange, interval: Interval) -> None:
    """Raises `RangeOutside`, and `CodesNotPrintable` where a code of the interval is void or recalled."""
    if interval.count < 1 or not codes.interval.holds(interval):
        raise RangeOutside(first=interval.first, count=interval.count)
    if codes.void.overlaps(interval) or codes.recalled.overlaps(interval):
        raise CodesNotPrintable(lot=codes.subject, first=interval.first, count=interval.count)


def restored(described: Mapping[str, Any]) -> tuple[PrintRun, SymbolFamily]:
    """A run and its symbols from its description: version and mask are those of the first time."""
    stated, symbol, label = described["template"], described["symbol"], described["label"]
    template = Template(
        stated["prefix"], stated["width"], stated["suffix"], ALPHABET,
        symbol["level"], symbol["version"], symbol["mask"],
    )  # fmt: skip
    before, after = described["readable"]
    run = PrintRun(
        described["scope"], described["epoch"], described["first"], described["count"], described["form"],
        described["dots"], PRINTERS[described["dpi"]], (before, after), described["perPart"],
        None if label is None else _label(label), described["grouped"], described["hidden"],
        described["sheet"] or _sheet(label), described.get("start", 1), described.get("cutMarks", True),
        described.get("drawing", 1), _offset(described),
    )  # fmt: skip
    return run, family_of(template)


@lru_cache(maxsize=_FAMILIES)
def family_of(template: Template) -> SymbolFamily:
    return SymbolFamily(template)


def _described(
    pack: OpenPack, codes: CodeRange, interval: Interval, wish: RunRequest, public_url: str
) -> tuple[PrintRun, SymbolFamily]:
    sheet, printer = LabelOptions(size=wish.size).sheet, PRINTERS[wish.dpi]
    stem, readable = stem_of(pack, public_url)
    family = family_of(Template(stem, LENGTH, f"?v={pack.version}", ALPHABET))
    text = replace(pack.text, language=wish.language) if wish.form in _WITH_TEXT else None
    run = PrintRun(
        codes.scope, codes.epoch, interval.first, interval.count, _FORMS[wish.form],
        wish.dots or 0, printer, readable, PER_PDF if wish.form == "pdf" else PER_PART,
        text, pack.pack.gtin is None, wish.hidden, sheet.name,
        (wish.start - 1) % sheet.labels_per_page + 1, wish.cut_marks,
    )  # fmt: skip
    if run.label is not None:
        run = replace(run, label=printable(run.label, run.keys))
    return replace(run, dots=_dots(run, family, wish)), family


def stem_of(pack: OpenPack, public_url: str) -> tuple[str, tuple[str, str]]:
    """The text before a serial in the symbol, and around it in the line for people."""
    base = public_address(public_url)
    if pack.pack.gtin is None:
        return base + platform_code.PATH, ("", "")
    gtin = pack.pack.gtin.zfill(14)
    return f"{base}/01/{gtin}/21/", (f"(01){gtin}(21)", "")


def _dots(run: PrintRun, family: SymbolFamily, wish: RunRequest) -> int:
    if wish.form in _WITH_TEXT:
        return run.layout(family, wish.dots).dots or 0
    return sized(family.modules, run.format, run.printer, run.format.label[1], wish.dots).dots


def _warnings(row: RunRow) -> tuple[Warned, ...]:
    run, family = restored(row.described)
    found = exactly(family.modules, row.described["dots"], PRINTERS[row.described["dpi"]]).warnings
    if run.label is None:
        return found
    return (*found, *text_warnings(run.label, run.keys, run.layout(family, run.dots)))


def _printed(row: RunRow, interval: Interval) -> PrintedBefore:
    at = row.asked_at.isoformat(timespec="seconds")
    return PrintedBefore(run=row.id, first=interval.first, count=interval.count, at=at, printer=row.printer)


def _number(job: str, printer: str, before: int) -> str:
    """The same for the same wish: 32 hex digits of what is printed, where, for which time."""
    return hashlib.sha256(json.dumps([job, printer, before]).encode()).hexdigest()[:32]


def _offset(described: Mapping[str, Any]) -> Pair:
    across, down = map(Decimal, described.get("offset", ("0", "0")))
    return across, down


def _label(stated: Mapping[str, Any]) -> LabelText:
    """The label's text; runs of earlier versions named the two lines by their place."""
    if "lines" not in stated:
        return LabelText(**stated)
    batch, produced = (*stated["lines"], "", "")[:2]
    return LabelText(title=stated["title"], batch=batch, produced=produced)


def _sheet(label: Mapping[str, Any] | None) -> str:
    """The size of an earlier run's labels, which was stated with their text."""
    stated = None if label is None else (label.get("width_mm"), label.get("height_mm"))
    return next((one.name for one in FORMATS.values() if tuple(map(str, one.label)) == stated), SHEET)


_WITH_TEXT: Final = frozenset({"zpl", "pdf"})
_FORMS: Final[Mapping[str, Any]] = {name: name for name in ("csv", "png", "svg", "zpl", "pdf")}
