"""Mappings of a firm's own tables: what is asked, what a mapping would read, every version kept."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from trace.errors import MappingUnfit
from trace.exchange.tabular.cells import Reading, is_blank
from trace.exchange.tabular.forms import Column, Form
from trace.exchange.tabular.grids import CellError, Faults, letter
from trace.exchange.tabular.headers import has_content
from trace.exchange.tabular.mapping import Mapping, fingerprint, headings_of, mapped
from trace.exchange.tabular.row_stream import HEAD, StreamedSheet
from trace.exchange.tabular.rows import open_rows
from trace.exchange.tabular.seen import Cell, shown_text
from trace.ledger.canonical import b64u
from trace.parties import Actor
from trace.store.transaction import Transactions
from trace.store.uploads.mappings import SavedMapping, list_mappings, put_mapping
from trace.usecases.uploads.forms import FORMS
from trace.usecases.uploads.look import PREVIEWED, sheets_seen
from trace.usecases.uploads.receive import require_own


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A sheet of the file: its name, the row that looks like its headings, these, and what stands below."""

    sheet: str
    heading: int
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    saved: str | None
    """The mapping of the firm that was made for these headings."""


@dataclass(frozen=True, slots=True)
class ReadCell:
    """A cell under the file's own heading: what was read, and what it becomes (None: it is passed over)."""

    heading: str
    read: str
    becomes: str | None
    fault: CellError | None = None


@dataclass(frozen=True, slots=True)
class PreviewedRow:
    """A row of the file as the mapping reads it."""

    number: int
    cells: tuple[ReadCell, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a file as a mapping reads them; `faults` are those of the headings."""

    rows: tuple[PreviewedRow, ...]
    faults: tuple[CellError, ...]


def tables_of(transactions: Transactions, actor: Actor, upload: str) -> list[FoundTable]:
    """The tables of a file as the job saw them; raises as `sheets_seen`."""
    with transactions.look(actor.subject) as tx:
        one = require_own(tx, actor, upload)
        sheets = sheets_seen(tx, one)
        saved = {each.fingerprint: each.id for each in list_mappings(tx.connection, one.holder)}
    found = []
    for sheet in sheets:
        if not has_content(sheet.head):
            continue
        heading = _heading(sheet)
        headings = headings_of(sheet.head, heading)
        below = [
            tuple(shown_text(cell) for cell in row.cells)
            for row in islice((row for row in sheet.rows if row.number > heading), PREVIEWED)
        ]
        known = saved.get(fingerprint(name for name in headings if name))
        found.append(FoundTable(sheet.head.name, heading, tuple(headings), tuple(below), known))
    return found


def preview(transactions: Transactions, actor: Actor, upload: str, mapping: Mapping) -> Preview:
    """The first ten rows as the mapping reads them, each value under the heading that the file gives it."""
    with transactions.look(actor.subject) as tx:
        one = require_own(tx, actor, upload)
        sheets = sheets_seen(tx, one)
    form, faults = FORMS[mapping.form], Faults()
    for sheet in sheets:
        if mapping.sheet in ("", sheet.head.name) and has_content(sheet.head):
            made = mapped(sheet, mapping, form, faults)
            rows = _read(made, form, Reading(one.holder.rsplit(":", 1)[1]), faults)
            return Preview(tuple(rows), tuple(each for each in faults.errors if each.row <= mapping.heading))
    return Preview((), tuple(faults.errors))


def _read(sheet: StreamedSheet, form: Form, reading: Reading, faults: Faults) -> list[PreviewedRow]:
    reader = open_rows(form, sheet.head, reading, faults, each=True)
    if reader is None:
        return []
    found = []
    for row in islice((row for row in sheet.rows if row.number > sheet.head.heading), PREVIEWED):
        before = len(faults.errors)
        reader.row(row.number, row.cells, hidden=row.hidden)
        wrong = {each.column: each for each in faults.errors[before:]}
        cells = []
        for place, heading in enumerate(sheet.head.shown):
            cell = row.cells[place] if place < len(row.cells) else ""
            column = reader.columns.get(place)
            becomes = None if column is None else _said(reader.seen, column, cell)
            at = wrong.get(letter(place))
            joined = column is not None and column.kind == "unit"  # it stands beside its amount
            if heading and not joined and not (is_blank(cell) and at is None):
                cells.append(ReadCell(heading, shown_text(cell), becomes, at))
        found.append(PreviewedRow(row.number, tuple(cells)))
    return found


def _said(values: Any, column: Column, cell: Cell) -> str:
    """A value as people write it; of a choice the word that stands for it."""
    said = values.get(column.member, "")
    if column.kind == "choice" and said:
        return shown_text(cell)
    if isinstance(said, datetime):
        return said.strftime("%Y-%m-%d %H:%M")
    if isinstance(said, dict):
        return " ".join(str(each) for each in said.values())
    return "、".join(map(str, said)) if isinstance(said, list) else str(said)


def save_mapping(transactions: Transactions, actor: Actor, name: str, mapping: Mapping) -> SavedMapping:
    """A new version of the mapping of that name; raises `MappingUnfit` for what no form takes."""
    require_fit(mapping)
    with transactions.begin(actor.subject) as tx:
        holder = actor.party or ""
        before = [one for one in list_mappings(tx.connection, holder) if one.name == name]
        made = SavedMapping(
            b64u(secrets.token_bytes(16)), holder, name, 1 + max((one.version for one in before), default=0),
            mapping.form, fingerprint(mapping.headings), mapping, actor.subject, tx.now,
        )  # fmt: skip
        put_mapping(tx.connection, made)
    return made


def saved_mappings(transactions: Transactions, actor: Actor) -> Sequence[SavedMapping]:
    """The newest version of each mapping of the caller's party."""
    with transactions.look(actor.subject) as tx:
        return list_mappings(tx.connection, actor.party or "")


def _heading(sheet: StreamedSheet) -> int:
    """The first row with at least half as many texts as the widest one has: titles above it are narrower."""
    widths = [sum(not is_blank(cell) for cell in row) for row in sheet.head.rows[:HEAD]]
    most = max(widths, default=0)
    return next((place for place, width in enumerate(widths, start=1) if width * 2 > most), 1)


def require_fit(mapping: Mapping) -> None:
    """Return for a mapping that a form takes: its members once each, all that is required by it."""
    form = FORMS.get(mapping.form)
    if form is None:
        raise MappingUnfit(reason="no-such-form", names=mapping.form[:40])
    known = {column.member for column in form.columns}
    given = [*(one.member for one in mapping.columns.values()), *mapping.fixed]
    wrong = sorted({one for one in given if one not in known or given.count(one) > 1})
    if wrong:
        raise MappingUnfit(reason="unknown-items", names="、".join(wrong)[:80])
    required = {column.member: column.header for column in form.columns if column.required}
    units = {"unit", "packs_unit", "netContent_unit"}
    missing = [header for member, header in required.items() if member not in given and member not in units]
    if missing:
        raise MappingUnfit(reason="items-missing", names="、".join(missing))
