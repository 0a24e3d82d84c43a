"""History of one item code: to which printer, when and why; what came out; made live, void, recalled."""

from __future__ import annotations

from dataclasses import dataclass

from trace.codes.ranges import Standing
from trace.codes.serials import KeyRing
from trace.errors import CodeUnregistered
from trace.parties import Actor
from trace.store.codes.ranges import CodeChange, list_changes_of_code
from trace.store.printing.code_reprints import CodeReprint, list_reprints
from trace.store.printing.print_runs import PrintReport, RunRow, list_parts_made, list_reports, runs_over
from trace.store.transaction import Connection, Transactions
from trace.usecases.printing.print_reports import serial_typed
from trace.usecases.printing.print_runs import codes_of, run_of, sees_run


@dataclass(frozen=True, slots=True)
class CodePrinting:
    """One time that a code was given to a printer.

    `came`: asked (no file was made), unsaid (a file, and no word of the label), good, spoiled, or held-back
    (the printer stopped before it).
    """

    row: RunRow
    came: str
    report: PrintReport | None = None


@dataclass(frozen=True, slots=True)
class CodeHistory:
    """A code of a run's lot: its serial, how it stands, printings, changes, single reprints by time."""

    run: RunRow
    serial: str
    standing: Standing
    printings: tuple[CodePrinting, ...]
    changes: tuple[CodeChange, ...]
    reprints: tuple[CodeReprint, ...]


def read_code_history(
    transactions: Transactions, ring: KeyRing, run: str, text: str, actor: Actor
) -> CodeHistory:
    """The history of the code `text` (typed or scanned) of the lot of a run that the caller may see.

    Raises `RunUnknown`, `SerialMalformed`, and `CodeUnregistered` for a code of another lot or of none.
    """
    serial = serial_typed(text)
    with transactions.look("print") as tx:
        row = run_of(tx.connection, run, actor)
        codes, counter = codes_of(tx.connection, row.lot), ring.counter(serial, row.scope)
        if serial[0] != codes.epoch or counter not in codes.interval:
            raise CodeUnregistered(code=serial)
        runs = runs_over(tx.connection, codes.scope, codes.epoch, counter, counter + 1)
        printings = tuple(
            _came(tx.connection, each, counter) for each in runs if sees_run(tx.connection, each, actor)
        )
        changes = list_changes_of_code(tx.connection, row.lot, counter)
        reprints = list_reprints(tx.connection, codes.scope, codes.epoch, counter)
    return CodeHistory(row, serial, codes.standing(counter), printings, tuple(changes), tuple(reprints))


def _came(connection: Connection, row: RunRow, counter: int) -> CodePrinting:
    place = counter - row.first
    parts = list_parts_made(connection, row.id).values()
    reports = list_reports(connection, row.id)
    if not any(part.first <= place < part.first + part.count for part in parts):
        return CodePrinting(row, "asked")
    if not reports:
        return CodePrinting(row, "unsaid")
    said = reports[-1]
    came = "good" if place < said.good else "spoiled" if place < said.out else "held-back"
    return CodePrinting(row, came, said)
