"""Workbook reading: a filled template to drafts, or to all of its faults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from trace.errors.exchange import WorkbookRefused
from trace.errors.tables import SheetsMissing, SheetUnknown, TemplateOutdated
from trace.exchange.draft import Draft, in_signing_order
from trace.exchange.tabular.cells import Reading, clean
from trace.exchange.tabular.forms import Form
from trace.exchange.tabular.grids import CellError, Faults, Grid
from trace.exchange.tabular.headers import has_content
from trace.exchange.tabular.records import RecordWriter, refuse_repeats
from trace.exchange.tabular.rows import Progress, Row, read_rows
from trace.exchange.tabular.seen import shown_text
from trace.exchange.tabular.xlsx import DEFAULT_LIMITS, Limits, open_grids
from trace.exchange.workbook.amending import SHEET, Amendment, amendments
from trace.exchange.workbook.records import BUILDERS
from trace.exchange.workbook.template import FORMS, GUIDE, VERSION


@dataclass(frozen=True, slots=True)
class Workbook:
    """Drafts in signing order with corrections of earlier records, or faults: never both.

    `faults` counts all, `errors` holds the first 1,000.
    """

    drafts: tuple[Draft, ...]
    errors: tuple[CellError, ...]
    faults: int
    rows: int
    amendments: tuple[Amendment, ...] = ()

    def require(self) -> tuple[Draft, ...]:
        """The drafts; raises `WorkbookRefused` with the first fault's place when there are faults."""
        if self.errors:
            first = self.errors[0]
            raise WorkbookRefused(
                faults=self.faults, sheet=first.sheet, row=first.row, column=first.column, problem=first.code
            )
        return self.drafts


def read_workbook(
    source: Path | str | bytes,
    issuer: str,
    *,
    progress: Progress | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Workbook:
    """Read a filled template of `issuer` (a party urn, whose lots the bare batch numbers name).

    Raises `FileUnreadable`, `FileEncrypted`, `FileTooLarge`; everything inside the file comes back as errors.
    """
    faults = Faults()
    grids = open_grids(Path(source) if isinstance(source, str) else source, faults, limits)
    forms = _forms_of(grids, faults)
    rows = _rows_of(forms, issuer, faults, progress)
    drafts: list[Draft] = []
    corrected: list[Amendment] = []
    faulty = frozenset(faults.sheets)
    for form, found in rows:
        writer = RecordWriter(issuer, form, faults, whole=form.name not in faulty)
        if form.name == SHEET:
            corrected.extend(amendments(writer, found, {one.name: one for one in FORMS}))
        else:
            drafts.extend(BUILDERS[form.name](writer, found))
    refuse_repeats(drafts, faults)
    read = sum(len(found) for _, found in rows)
    if faults.count:
        order = {grid.name: place for place, grid in enumerate(grids)}
        listed = sorted(
            faults.errors, key=lambda one: (order.get(one.sheet, -1), one.row, len(one.column), one.column)
        )
        return Workbook((), tuple(listed), faults.count, read)
    return Workbook(in_signing_order(drafts), (), 0, read, tuple(corrected))


def _forms_of(grids: Sequence[Grid], faults: Faults) -> list[tuple[Form, Grid]]:
    """The sheets that are ours; a sheet that is not ours may only be empty."""
    by_name = {form.name: form for form in FORMS}
    found = []
    for grid in grids:
        if grid.name == GUIDE:
            check_version(grid, faults)
        elif grid.name in by_name:
            found.append((by_name[grid.name], grid))
        elif has_content(grid):
            faults.add(grid.name, 0, "", SheetUnknown(name=grid.name[:60]))
    if not found and not faults.count:
        faults.add("", 0, "", SheetsMissing(wanted="、".join(by_name)))
    order = list(by_name)
    return sorted(found, key=lambda pair: order.index(pair[0].name))


def check_version(guide: Grid, faults: Faults) -> None:
    """Cell B1 of 说明 names the template's version."""
    row = guide.rows[0] if guide.rows else ()
    found = clean(shown_text(row[1])) if len(row) > 1 else ""
    if found != VERSION:
        faults.add(guide.name, 1, "B", TemplateOutdated(found=found[:40], wanted=VERSION))


def _rows_of(
    forms: Sequence[tuple[Form, Grid]], issuer: str, faults: Faults, progress: Progress | None
) -> list[tuple[Form, list[Row]]]:
    whole = sum(len(grid.rows) for _, grid in forms)
    reading = Reading(issuer.rsplit(":", 1)[1])
    done, read = 0, []
    for form, grid in forms:
        told = _shifted(progress, done, whole)
        read.append((form, read_rows(form, grid, reading, faults, told)))
        done += len(grid.rows)
    return read


def _shifted(progress: Progress | None, done: int, whole: int) -> Progress | None:
    if progress is None:
        return None
    tell = progress
    return lambda row, _: tell(done + row, whole)
