"""Cells written anew in an upload, and their records checked again; equal faults mended together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from trace.errors import CellNotEditable
from trace.exchange.tabular.grids import Faults
from trace.exchange.tabular.kept_cells import cells_from_json, cells_to_json
from trace.exchange.tabular.rows import RowReader, open_rows
from trace.exchange.tabular.seen import shown_text
from trace.parties import Actor
from trace.store.transaction import Connection, Transactions, Tx
from trace.store.uploads.drafts import STATED, is_stated, try_family_again
from trace.store.uploads.files import UploadRow
from trace.store.uploads.rows import (
    EMPTY,
    UNREAD,
    KeptRow,
    SheetRow,
    count_rows,
    edit_row,
    find_row,
    list_faults,
    list_sheets,
    rows_of,
    unread_again,
)
from trace.usecases.codes.item_codes import IssuedCodes
from trace.usecases.uploads.answers import place_of
from trace.usecases.uploads.fill_drafts import Desk
from trace.usecases.uploads.forms import FORMS, record_of
from trace.usecases.uploads.receive import hand_in, require_idle, require_own
from trace.usecases.uploads.take_rows import grid_of, reading_of
from trace.usecases.uploads.work_on import judge
from trace.usecases.uploads.working import Work

AT_ONCE: Final = 2_000
"""Rows of an upload up to which all that hangs on a cell is tried while its writer waits."""
_LONGEST: Final = 2_000
_TOGETHER: Final = frozenset(
    {"text", "names", "party", "place", "places", "product", "gtin", "lot", "batch", "code", "choice"}
)
"""Sorts of values that are mended in many rows at once: names and numbers, never days, amounts, results."""
_RESULTS: Final = frozenset({"verdict", "conclusion"})


@dataclass(frozen=True, slots=True)
class Edit:
    """A cell and what is to stand in it; `row` as Excel numbers it.

    `read`: what its writer saw there, where that is known; a cell left as it was seen is not written.
    """

    sheet: int
    row: int
    letter: str
    text: str
    read: str | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """A cell that says something else (`stands`) than its writer saw: somebody wrote there meanwhile."""

    sheet: str
    edit: Edit
    stands: str


@dataclass(frozen=True, slots=True)
class Mend:
    """Equal faults (sheet, column, code) in cells where `read` stands, and what is to stand there."""

    group: tuple[int, str, str]
    read: str
    text: str


def edit_cells(
    transactions: Transactions, codes: IssuedCodes, actor: Actor, upload: str, edits: Sequence[Edit]
) -> list[Clash]:
    """Write cells anew and check what hangs on them; those written by others meanwhile are left, and told.

    All the others or none. Raises `CellNotEditable`, `UploadBusy`.
    """
    with transactions.begin(actor.subject) as tx:
        one = require_own(tx, actor, upload)
        require_idle(tx, one)
        typed = [edit for edit in edits if edit.read is None or _plain(edit.text) != _plain(edit.read)]
        clashes = [found for edit in typed if (found := _clash(tx.connection, one, edit)) is not None]
        left = {found.edit for found in clashes}
        changed = sum(_write(tx, Work(transactions, one), edit) for edit in typed if edit not in left)
        large = changed > 0 and _after(tx, one)
    if changed:
        _check(Work(transactions, one), codes, large)
    return clashes


def leave_out(
    transactions: Transactions, codes: IssuedCodes, actor: Actor, upload: str, sheet: int, row: int
) -> None:
    """Take a row out of the upload; what it said is stated nowhere. Raises as `edit_cell`."""
    with transactions.begin(actor.subject) as tx:
        one = require_own(tx, actor, upload)
        require_idle(tx, one)
        kept = _require_row(tx.connection, one, sheet, row)
        _forget(tx.connection, one, sheet, kept.record)
        edit_row(tx.connection, one.id, replace(kept, record=f"\t{row}", cells="[]", verdict=EMPTY))
        large = _after(tx, one)
    _check(Work(transactions, one), codes, large)


def mend_group(transactions: Transactions, codes: IssuedCodes, actor: Actor, upload: str, mend: Mend) -> int:
    """Write the same into every cell of a group of faults in which the same was read; how many.

    Names and numbers of things alone: raises `CellNotEditable` for days, amounts and results.
    """
    place, letter, _ = mend.group
    with transactions.begin(actor.subject) as tx:
        one = require_own(tx, actor, upload)
        require_idle(tx, one)
        work = Work(transactions, one)
        sheet = _require_sheet(tx.connection, one, place)
        column = _reader(work, sheet).columns.get(place_of(letter))
        if column is None or column.kind not in _TOGETHER or column.member in _RESULTS:
            raise CellNotEditable(sheet=sheet.name, row=0, column=letter)
        changed = 0
        for fault in list_faults(tx.connection, one.id, AT_ONCE, 0, mend.group):
            row = find_row(tx.connection, one.id, place, fault.row)
            cells = [] if row is None else cells_from_json(row.cells)
            at = place_of(letter)
            if at < len(cells) and shown_text(cells[at]) == mend.read:
                changed += _write(tx, work, Edit(place, fault.row, letter, mend.text))
        large = _after(tx, one)
    _check(work, codes, large)
    return changed


def mends_together(transactions: Transactions, actor: Actor, upload: str, place: int, letter: str) -> bool:
    """Whether equal faults of that column may be mended together."""
    with transactions.look(actor.subject) as tx:
        one = require_own(tx, actor, upload)
        sheet = next((each for each in list_sheets(tx.connection, one.id) if each.place == place), None)
        if sheet is None or not letter:
            return False
        column = _reader(Work(transactions, one), sheet).columns.get(place_of(letter))
    return column is not None and column.kind in _TOGETHER and column.member not in _RESULTS


def _clash(connection: Connection, one: UploadRow, edit: Edit) -> Clash | None:
    if edit.read is None:
        return None
    cells = cells_from_json(_require_row(connection, one, edit.sheet, edit.row).cells)
    place = place_of(edit.letter)
    stands = shown_text(cells[place]) if place < len(cells) else ""
    if _plain(stands) in {_plain(edit.read), _plain(edit.text)}:
        return None
    return Clash(_require_sheet(connection, one, edit.sheet).name, edit, stands)


def _plain(text: str) -> str:
    """A text as a field of one line gives it back."""
    return text.replace("\r", "").replace("\n", "").strip()


def _write(tx: Tx, work: Work, edit: Edit) -> bool:
    """Whether the cell says something else than before."""
    one = work.upload
    sheet, place = _require_sheet(tx.connection, one, edit.sheet), place_of(edit.letter)
    kept = _require_row(tx.connection, one, edit.sheet, edit.row)
    reader = _reader(work, sheet)
    if place not in reader.columns or len(edit.text) > _LONGEST:
        raise CellNotEditable(sheet=sheet.name, row=edit.row, column=edit.letter)
    cells = cells_from_json(kept.cells)
    cells += [""] * (place + 1 - len(cells))
    if shown_text(cells[place]) == edit.text:
        return False
    cells[place] = edit.text
    record = record_of(reader, FORMS[sheet.form], edit.row, cells, reading_of(work))
    for name in dict.fromkeys((kept.record, record)):
        _forget(tx.connection, one, edit.sheet, name)
    edited = {**(kept.edited or {}), edit.letter: edit.text}
    edit_row(
        tx.connection,
        one.id,
        KeptRow(edit.sheet, edit.row, record, cells_to_json(cells), kept.hidden, UNREAD, edited),
    )
    return True


def _forget(connection: Connection, one: UploadRow, sheet: int, record: str) -> None:
    """What came of a record is to be found out again, for its rows and all that hangs together with it."""
    if is_stated(connection, one.id, sheet, record):
        row = next(iter(rows_of(connection, one.id, sheet, [record])), None)
        raise CellNotEditable(sheet=STATED, row=0 if row is None else row.number, column="")
    try_family_again(connection, one.id, sheet, record)
    unread_again(connection, one.id, sheet, [record])


def _after(tx: Tx, one: UploadRow) -> bool:
    """Whether the upload is too large for its writer to wait; the job is handed in then."""
    large = sum(count_rows(tx.connection, one.id).values()) > AT_ONCE
    if large:
        hand_in(tx, one)
    return large


def _check(work: Work, codes: IssuedCodes, large: bool) -> None:
    if large:
        return  # the job checks it
    judge(work, Desk(work.transactions, codes, work.upload.holder))


def _require_sheet(connection: Connection, one: UploadRow, place: int) -> SheetRow:
    for sheet in list_sheets(connection, one.id):
        if sheet.place == place:
            return sheet
    raise CellNotEditable(sheet=str(place), row=0, column="")


def _require_row(connection: Connection, one: UploadRow, sheet: int, number: int) -> KeptRow:
    kept = find_row(connection, one.id, sheet, number)
    if kept is None:
        raise CellNotEditable(sheet=str(sheet), row=number, column="")
    return kept


def _reader(work: Work, sheet: SheetRow) -> RowReader:
    reader = open_rows(FORMS[sheet.form], grid_of(sheet), reading_of(work), Faults(), each=True)
    if reader is None:
        raise CellNotEditable(sheet=sheet.name, row=0, column="")
    return reader
