"""What came out of a run's printer: reported by its last good label, the spoiled printed again, the rest on.

A file that was fetched says nothing of paper. Who stands at the printer says which label was the last good
one and which the last that came out; from then on the run's files are shut, so that nothing is printed twice
by fetching them again. Labels between the two are voided by a signed record, or printed again with a reason;
codes behind them are printed by a run that goes on. Places count a run's labels from 1, also in such runs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from trace.codes.intervals import Interval
from trace.codes.print_counts import PrintCounts, Printing, count_run
from trace.codes.serials import KeyRing, parse
from trace.errors import CodeUnregistered, FormEmpty
from trace.errors.printing import PrintReportUnfit, PrintsSettled, RunContinued, RunUnknown
from trace.labels.captions import LANGUAGES
from trace.parties import Actor
from trace.store.printing.print_runs import (
    PrintReport,
    RunRow,
    find_run,
    list_parts_made,
    list_reports,
    put_report,
    runs_of_run,
)
from trace.store.transaction import Connection, Transactions
from trace.usecases.accounts.forms import once
from trace.usecases.printing.print_label import SHEET
from trace.usecases.printing.print_runs import (
    RUN_PAGE,
    AskedRun,
    PrintsOn,
    RunRequest,
    ask_run,
    codes_of,
    run_of,
)

_BEFORE_SERIAL: Final = re.compile(r".*(?:/21/|\(21\)|/t/)", re.DOTALL)
_LONGEST_PLACE: Final = 9


@dataclass(frozen=True, slots=True)
class PrintedRun:
    """A run with what its printer was given: so many, and what was said of them, the last word last."""

    row: RunRow
    given: int
    reports: tuple[PrintReport, ...]

    @property
    def report(self) -> PrintReport | None:
        """The one that counts."""
        return self.reports[-1] if self.reports else None

    @property
    def printing(self) -> Printing:
        said = self.report
        good, out = (None, 0) if said is None else (said.good, said.out)
        return Printing(self.row.interval, self.row.again is not None, good, out)


@dataclass(frozen=True, slots=True)
class RunProgress:
    """A run as it was planned, every time that codes of it were printed, and how they stand by now."""

    planned: RunRow
    printings: tuple[PrintedRun, ...]
    counts: PrintCounts

    def place(self, counter: int) -> int:
        """The place of a code in the planned run, from 1."""
        return counter - self.planned.first + 1

    def interval(self, first: int, last: int) -> Interval:
        """The codes at the places `first` … `last`."""
        return Interval(self.planned.first + first - 1, last - first + 1)

    def printed_as(self, run: str) -> PrintedRun:
        return next(each for each in self.printings if each.row.id == run)


def read_progress(transactions: Transactions, run: str, actor: Actor) -> RunProgress:
    """The progress of the run that `run` is, or prints on; raises `RunUnknown`, also for another holder's."""
    with transactions.look("print") as tx:
        return progress_of(tx.connection, run_of(tx.connection, run, actor))


def progress_of(connection: Connection, row: RunRow) -> RunProgress:
    planned = row if row.of_run is None else _planned(connection, row.of_run)
    rows = [planned, *runs_of_run(connection, planned.id)]
    printings = tuple(_printed(connection, each) for each in rows)
    void = codes_of(connection, planned.lot).void
    return RunProgress(
        planned, printings, count_run(planned.interval, (each.printing for each in printings), void)
    )


def report_run(
    transactions: Transactions,
    ring: KeyRing,
    run: str,
    last_good: str,
    last_out: str,
    *,
    actor: Actor,
    form: str,
) -> str:
    """Note the last good label of a run and the last that came out; the address of the planned run's page.

    Either is a place in the planned run or the code on the label, typed or scanned; the place before a
    run's first says that there is none. Said again, the last word counts until something was done by it.
    Raises `RunUnknown`, `FormEmpty`, `SerialMalformed`, `CodeUnregistered`, `PrintReportUnfit`,
    `RunContinued`.
    """
    if not last_good.strip() or not last_out.strip():
        raise FormEmpty
    with transactions.begin(actor.subject, sequencing=True) as tx:
        done = once(tx, form, actor.person)
        if done.before:
            return done.leads_to
        row = run_of(tx.connection, run, actor, own=True)
        found = progress_of(tx.connection, row)
        told, before = found.printed_as(run), row.first - found.planned.first
        good, out = (_place(found, ring, text) - before for text in (last_good, last_out))
        if not 0 <= good <= out <= told.given:
            raise PrintReportUnfit(run=run, first=before + 1, last=before + told.given)
        if told.report is not None and _used(found, told.report):
            raise RunContinued(run=run)
        put_report(
            tx.connection, PrintReport(run, good, out, actor.subject, tx.now), number=len(told.reports)
        )
        return done.to(RUN_PAGE.format(found.planned.id))


def print_rest(
    transactions: Transactions, run: str, actor: Actor, public_url: str, form: str = ""
) -> AskedRun:
    """Enter a run of the codes behind the last label that came out, up to the next that is no more to print.

    Raises `RunUnknown`, `PrintsSettled` where no code waits, and what `ask_run` raises.
    """
    row, found = _own(transactions, run, actor)
    rest = next(iter(found.counts.to_print), None)
    interval = found.planned.interval if rest is None else rest

    def waits(connection: Connection) -> None:
        if not progress_of(connection, row).counts.to_print.covers(interval):
            raise _settled(found, interval)

    return ask_run(
        transactions, row.lot, _as_planned(found.planned, interval), actor, public_url, form,
        on=PrintsOn(found.planned.id, waits),
    )  # fmt: skip


def print_again(
    transactions: Transactions,
    run: str,
    places: tuple[int, int],
    reason: str,
    *,
    actor: Actor,
    public_url: str,
    form: str = "",
) -> AskedRun:
    """Enter a run that prints spoiled labels again, under the same codes, with the reason.

    Raises `RunUnknown`, `FormEmpty` without a reason, `PrintsSettled` for codes that are not spoiled, void or
    with a printer already, and what `ask_run` raises.
    """
    if not reason:
        raise FormEmpty
    row, found = _own(transactions, run, actor)
    interval = found.interval(*places)

    def spoiled(connection: Connection) -> None:
        _require_spoiled(progress_of(connection, row), interval)

    return ask_run(
        transactions, row.lot, _as_planned(found.planned, interval, reason), actor, public_url, form,
        on=PrintsOn(found.planned.id, spoiled),
    )  # fmt: skip


def require_spoiled(
    transactions: Transactions, run: str, places: tuple[int, int], actor: Actor
) -> tuple[str, Interval]:
    """The lot and the codes of spoiled labels, to be voided; raises `RunUnknown`, `PrintsSettled`."""
    row, found = _own(transactions, run, actor)
    interval = found.interval(*places)
    _require_spoiled(found, interval)
    return row.lot, interval


def serial_typed(text: str) -> str:
    """The serial in what was typed or scanned: a link, the line under the symbol, or the serial alone."""
    return parse(_BEFORE_SERIAL.sub("", text.strip()).partition("?")[0])


def _own(transactions: Transactions, run: str, actor: Actor) -> tuple[RunRow, RunProgress]:
    with transactions.look("print") as tx:
        row = run_of(tx.connection, run, actor, own=True)
        return row, progress_of(tx.connection, row)


def _require_spoiled(found: RunProgress, interval: Interval) -> None:
    if interval.count < 1 or not found.counts.undecided.covers(interval):
        raise _settled(found, interval)


def _settled(found: RunProgress, interval: Interval) -> PrintsSettled:
    first = found.place(interval.first)
    return PrintsSettled(run=found.planned.id, first=first, last=first + interval.count - 1)


def _planned(connection: Connection, run: str) -> RunRow:
    row = find_run(connection, run)
    if row is None:
        raise RunUnknown(run=run)
    return row


def _printed(connection: Connection, row: RunRow) -> PrintedRun:
    parts = list_parts_made(connection, row.id).values()
    given = max((part.first + part.count for part in parts), default=0)
    return PrintedRun(row, given, tuple(list_reports(connection, row.id)))


def _used(found: RunProgress, report: PrintReport) -> bool:
    """Whether codes were given to a printer since that was said."""
    return any(each.row.of_run and each.row.asked_at >= report.reported_at for each in found.printings)


def _place(found: RunProgress, ring: KeyRing, text: str) -> int:
    plain = text.strip()
    if plain.isascii() and plain.isdigit() and len(plain) <= _LONGEST_PLACE:
        return int(plain)
    serial, planned = serial_typed(plain), found.planned
    counter = ring.counter(serial, planned.scope)
    if serial[0] != planned.epoch or counter not in planned.interval:
        raise CodeUnregistered(code=serial)
    return found.place(counter)


def _as_planned(row: RunRow, interval: Interval, again: str | None = None) -> RunRequest:
    """Some codes of a run, in its form and for its printer, from the first label of a sheet on."""
    stated = row.described
    label = stated["label"] or {}
    return RunRequest(
        row.form, row.printer, interval,
        size=stated["sheet"] or SHEET, dpi=stated["dpi"], dots=stated["dots"] or None,
        hidden=stated["hidden"], again=again, cut_marks=stated.get("cutMarks", True),
        language=label.get("language", LANGUAGES[0]),
    )  # fmt: skip
