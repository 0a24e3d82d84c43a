"""What is said of an upload: its state, derived from its rows, counts, faults with their cells, drafts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trace.errors import CellNotEditable
from trace.exchange.tabular.forms import Column
from trace.exchange.tabular.grids import letter
from trace.exchange.tabular.kept_cells import cells_from_json
from trace.exchange.tabular.seen import shown_text
from trace.parties import Actor
from trace.store.transaction import Connection, Transactions, Tx
from trace.store.uploads.drafts import (
    CHANGED,
    KNOWN,
    NEW,
    STATED,
    DraftSum,
    count_drafts,
    count_signed_elsewhere,
    sum_drafts,
)
from trace.store.uploads.files import JobState, UploadRow, job_state, last_step, list_uploads, received
from trace.store.uploads.looks import has_look
from trace.store.uploads.rows import (
    EMPTY,
    FAULTY,
    SOUND,
    FaultGroup,
    FaultRow,
    SheetRow,
    count_faults,
    count_faulty_rows,
    count_rows,
    faults_of_row,
    find_row,
    group_faults,
    list_faults,
    list_sheets,
)
from trace.usecases.uploads.forget import kept_until
from trace.usecases.uploads.forms import FORMS
from trace.usecases.uploads.receive import require_own
from trace.usecases.uploads.suggest import Suggesting

RECEIVING, WAITING, RUNNING, STOPPED, REFUSED_STATE, DONE = (
    *("receiving", "waiting", "running", "stopped", "refused", "done"),
)
SHOWN_OUTCOMES: Final = (NEW, CHANGED, KNOWN, STATED)
_LISTED: Final = 60
_GROUPS: Final = 100


@dataclass(frozen=True, slots=True)
class UploadState:
    """How an upload stands. `last` is when the last rows were committed, `phase` what was done with them.

    `rows`: all that say something; `sound` and `faulty` of them; `faults` may be several a row. Records are
    `fresh` (to be signed), `known` (stated before), `changed` (stated before, otherwise), `stated` (signed
    from here). `readable`: something of it could be read, so that there are columns to be named and a copy
    to be marked.
    """

    upload: UploadRow
    state: str
    received: int
    phase: str | None
    read: int
    last: datetime | None
    rows: int
    sound: int
    faulty: int
    faults: int
    of_file: int
    fresh: int
    known: int
    changed: int
    stated: int
    kept_until: datetime
    readable: bool


@dataclass(frozen=True, slots=True)
class CellFault:
    """A fault as a person mends it: place, heading, what was read, and whether it can be written anew."""

    fault: FaultRow
    heading: str
    kind: str
    read: str
    editable: bool
    suggestions: tuple[str, ...] = ()


def state_of(transactions: Transactions, actor: Actor, upload: str) -> UploadState:
    """The upload of that number as it stands now; raises `UploadUnknown`."""
    with transactions.look(actor.subject) as tx:
        return read_state(tx, require_own(tx, actor, upload))


def states_of(transactions: Transactions, actor: Actor) -> list[UploadState]:
    """The last uploads of the caller's party, the newest first."""
    with transactions.look(actor.subject) as tx:
        return [read_state(tx, one) for one in list_uploads(tx.connection, actor.party or "", _LISTED)]


def read_state(tx: Tx, one: UploadRow) -> UploadState:
    """The state of an upload, from its rows."""
    connection = tx.connection
    there = received(connection, one.id)
    job, step = job_state(connection, one), last_step(connection, one.id)
    rows, faults = count_rows(connection, one.id), count_faults(connection, one.id)
    drafts = count_drafts(connection, one.id)
    signed = count_signed_elsewhere(connection, one.id) if drafts.get(NEW) else 0
    said = sum(count for verdict, count in rows.items() if verdict != EMPTY)
    faulty = count_faulty_rows(connection, one.id) if faults.faults else 0
    return UploadState(
        upload=one,
        state=_state(tx.now, there < one.bytes, job, step is not None, bool(faults.of_file or not said)),
        received=there,
        phase=None if step is None else step.phase,
        read=sum(rows.values()),
        last=None if step is None else step.at,
        rows=said,
        sound=rows.get(SOUND, 0) + rows.get(FAULTY, 0) - faulty,
        faulty=faulty,
        faults=faults.faults,
        of_file=faults.of_file,
        fresh=drafts.get(NEW, 0) - signed,
        known=drafts.get(KNOWN, 0),
        changed=drafts.get(CHANGED, 0),
        stated=drafts.get(STATED, 0) + signed,
        kept_until=kept_until(tx, one),
        readable=bool(said) or has_look(connection, one.id),
    )


def _state(now: datetime, comes: bool, job: JobState | None, begun: bool, refused: bool) -> str:
    if comes:
        return RECEIVING
    if job is not None and job.open:
        if job.leased_until is not None and job.leased_until > now:
            return RUNNING
        return STOPPED if begun else WAITING
    return REFUSED_STATE if refused else DONE


def faults_of(
    transactions: Transactions,
    actor: Actor,
    upload: str,
    most: int,
    offset: int = 0,
    of: tuple[int, str, str] | None = None,
) -> list[CellFault]:
    """Faults in the order of the file, each with its cell."""
    with transactions.look(actor.subject) as tx:
        one = require_own(tx, actor, upload)
        sheets = {sheet.place: sheet for sheet in list_sheets(tx.connection, one.id)}
        suggesting = Suggesting(tx.connection, one.holder, one.id)
        return [
            _cell_fault(tx.connection, suggesting, sheets.get(fault.place), fault)
            for fault in list_faults(tx.connection, one.id, most, offset, of)
        ]


def _cell_fault(
    connection: Connection, suggesting: Suggesting, sheet: SheetRow | None, fault: FaultRow
) -> CellFault:
    if sheet is None or not fault.letter:
        return CellFault(fault, "", "", "", False)
    place = place_of(fault.letter)
    shown = sheet.head["shown"]
    heading = shown[place] if place < len(shown) else ""
    row = find_row(connection, suggesting.upload, sheet.place, fault.row) if fault.stage else None
    cells = [] if row is None else cells_from_json(row.cells)
    read = shown_text(cells[place]) if place < len(cells) else ""
    column = column_at(sheet, place)
    suggested = suggesting.near(column, read) if column is not None and row is not None else ()
    kind = "" if column is None else column.kind
    return CellFault(fault, heading, kind, read, row is not None, suggested)


def column_at(sheet: SheetRow, place: int) -> Column | None:
    """The column of ours that stands there in a sheet; None where it is none."""
    heads = cells_from_json(sheet.head["cells"])
    named = shown_text(heads[place]).rstrip("*＊ ") if place < len(heads) else ""
    return FORMS[sheet.form].by_header.get(named)


def groups_of(transactions: Transactions, actor: Actor, upload: str) -> list[tuple[FaultGroup, str]]:
    """Equal faults together, each with the heading of its column."""
    with transactions.look(actor.subject) as tx:
        one = require_own(tx, actor, upload)
        sheets = {sheet.place: sheet for sheet in list_sheets(tx.connection, one.id)}
        return [
            (group, _heading(sheets.get(group.place), group.letter))
            for group in group_faults(tx.connection, one.id, _GROUPS)
        ]


def sums_of(transactions: Transactions, actor: Actor, upload: str) -> list[DraftSum]:
    """What the sound rows would state, by kind, outcome and marks."""
    with transactions.look(actor.subject) as tx:
        return sum_drafts(tx.connection, require_own(tx, actor, upload).id)


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of a sheet with all its columns: (letter, heading, what stands there, faults of that cell)."""

    sheet: str
    place: int
    number: int
    cells: tuple[tuple[str, str, str, tuple[FaultRow, ...]], ...]
    faults: tuple[FaultRow, ...]


def row_of(transactions: Transactions, actor: Actor, upload: str, place: int, number: int) -> ShownRow:
    """A row as it was read or written since; raises `UploadUnknown`, `CellNotEditable`."""
    with transactions.look(actor.subject) as tx:
        one = require_own(tx, actor, upload)
        sheet = next((each for each in list_sheets(tx.connection, one.id) if each.place == place), None)
        row = find_row(tx.connection, one.id, place, number)
        if sheet is None or row is None:
            raise CellNotEditable(sheet=str(place), row=number, column="")
        faults = faults_of_row(tx.connection, one.id, place, number)
    cells = cells_from_json(row.cells)
    shown = []
    for at, heading in enumerate(sheet.head["shown"]):
        if column_at(sheet, at) is not None:
            text = shown_text(cells[at]) if at < len(cells) else ""
            name = letter(at)
            shown.append((name, heading, text, tuple(each for each in faults if each.letter == name)))
    rest = tuple(each for each in faults if not each.letter)
    return ShownRow(sheet.name, place, number, tuple(shown), rest)


def place_of(name: str) -> int:
    """A -> 0, Z -> 25, AA -> 26."""
    place = 0
    for sign in name:
        place = place * 26 + ord(sign) - 64
    return place - 1


def _heading(sheet: SheetRow | None, name: str) -> str:
    if sheet is None or not name:
        return ""
    shown: list[Any] = list(sheet.head["shown"])
    place = place_of(name)
    return str(shown[place]) if place < len(shown) else ""
