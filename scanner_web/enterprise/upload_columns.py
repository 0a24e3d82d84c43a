"""A firm's own table on pages: which column is what, tried on ten rows before it is kept; templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.errors import Refusal, UploadBusy
from trace.exchange.tabular.forms import Form
from trace.exchange.tabular.mapping import DAYS, Mapped, Mapping
from trace.platform.opening import Platform
from trace.quantities import UNITS
from trace.typed_texts import whole_text
from trace.usecases.uploads.firm_template import firm_template
from trace.usecases.uploads.forms import FORMS
from trace.usecases.uploads.map_columns import (
    FoundTable,
    Preview,
    preview,
    require_fit,
    save_mapping,
    saved_mappings,
    tables_of,
)
from trace.usecases.uploads.read_again import read_again

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DATED: Final = frozenset({"day", "moment"})
_MEASURED: Final = frozenset({"quantity", "packs", "netContent"})


@dataclass(frozen=True, slots=True)
class Choice:
    """A column of the file, and what it was chosen to be."""

    place: int
    heading: str
    sample: str
    member: str
    unit: str
    days: str
    asked: bool
    """It was not there when the mapping was made."""


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of mappings and templates."""

    @pages.get("/desk/uploads/<string:upload>/columns")
    def columns(upload: str) -> Response:
        """The file's headings, each with what it is in the mapping that knows them best."""
        return _shown(platform, upload)

    @pages.post("/desk/uploads/<string:upload>/columns")
    def save_columns(upload: str) -> AnyResponse:
        """Show what the mapping would read, or keep it and read the file by it."""
        try:
            tables = tables_of(platform.transactions, current_actor(), upload)
            mapping = _mapping(_table(tables), alone=len(tables) == 1)
            require_fit(mapping)
            if request.form.get("do") != "keep":
                found = preview(platform.transactions, current_actor(), upload, mapping)
                return _shown(platform, upload, mapping=mapping, found=found)
            name = whole_text("name", request.form.get("name", ""), 60) or mapping.form
            saved = save_mapping(platform.transactions, current_actor(), name, mapping)
            one = read_again(platform.transactions, current_actor(), upload, saved.id)
        except Refusal as refusal:
            return _shown(platform, upload, refusal=refusal)
        platform.nudge()
        return to(f"/desk/uploads/{one}")

    @pages.get("/desk/upload-templates/<string:name>")
    def template(name: str) -> Response:
        """Our template of a role, with the firm's own names to choose from."""
        packed = firm_template(platform.transactions, current_actor(), name)
        response = Response(packed, content_type=_XLSX)
        response.headers["Content-Disposition"] = 'attachment; filename="greentrace.xlsx"'
        return response


def _shown(
    platform: Platform,
    upload: str,
    *,
    mapping: Mapping | None = None,
    found: Preview | None = None,
    refusal: Refusal | None = None,
) -> Response:
    tables: list[FoundTable] = []
    saved = list(saved_mappings(platform.transactions, current_actor()))
    try:
        tables = tables_of(platform.transactions, current_actor(), upload)
    except Refusal as ails:
        refusal = ails
    table = _table(tables)
    wanted = request.form.get("form") or request.args.get("form") or (mapping.form if mapping else "")
    if mapping is None:
        fitting = [one for one in saved if table is not None and one.content.headings & set(table.headings)]
        best = max(
            fitting,
            key=lambda one: len(one.content.headings & set(table.headings if table else ())),
            default=None,
        )
        mapping = None if best is None or (wanted and wanted != best.form) else best.content
    form = FORMS.get(wanted or (mapping.form if mapping else ""), next(iter(FORMS.values())))
    return desk_page(
        "enterprise/upload_columns.html",
        at="uploads",
        icons=("up", "tick", "warn", "question", "clock"),
        reading=isinstance(refusal, UploadBusy),
        sheets=("uploads.css",),
        status=200 if refusal is None or isinstance(refusal, UploadBusy) else refusal.http_status,
        upload=upload,
        tables=tables,
        table=table,
        form_of=form,
        forms=list(FORMS),
        choices=[] if table is None else _choices(table, form, mapping),
        missing=sorted((mapping.headings if mapping else frozenset()) - set(table.headings if table else ())),
        fixed=dict(mapping.fixed) if mapping else {},
        name=request.form.get("name") or next((one.name for one in saved if one.content == mapping), ""),
        days=DAYS,
        units=sorted(UNITS),
        dated=_DATED,
        measured=_MEASURED,
        found=found,
        refusal=refusal,
    )


def _table(tables: list[FoundTable]) -> FoundTable | None:
    """The sheet that was chosen, else the first."""
    wanted = request.form.get("sheet") or request.args.get("sheet")
    return next((one for one in tables if one.sheet == wanted), tables[0] if tables else None)


def _choices(table: FoundTable, form: Form, mapping: Mapping | None) -> list[Choice]:
    known = {column.header: column.member for column in form.columns}
    found = []
    for place, heading in enumerate(table.headings):
        if not heading:
            continue
        sample = next((row[place] for row in table.rows if place < len(row) and row[place]), "")
        said = None if mapping is None else mapping.columns.get(heading)
        passed = mapping is not None and heading in mapping.passed_over
        member = said.member if said else "-" if passed else known.get(heading, "")
        unit, days = (said.unit, said.days) if said else ("", DAYS[0])
        found.append(
            Choice(
                place, heading, sample[:40], member, unit, days,
                mapping is not None and said is None and not passed,
            )
        )  # fmt: skip
    return found


def _mapping(table: FoundTable | None, *, alone: bool) -> Mapping:
    """What the form says; what lacks is told by `require_fit`. A table that stands `alone` in its file may be
    called otherwise in the next one."""
    given = request.form
    columns: dict[str, Mapped] = {}
    passed: list[str] = []
    for place, heading in enumerate(table.headings if table else ()):
        member = given.get(f"m.{place}", "")
        if not heading:
            continue
        if member in {"", "-"}:
            passed.append(heading)
        else:
            days = given.get(f"d.{place}", DAYS[0])
            columns[heading] = Mapped(member, given.get(f"u.{place}", ""), days if days in DAYS else DAYS[0])
    fixed = {
        name.removeprefix("f."): text.strip()
        for name, text in given.items()
        if name.startswith("f.") and text.strip()
    }
    form = given.get("form", "")
    sheet, heading_row = ("" if alone else table.sheet, table.heading) if table else ("", 1)
    return Mapping(form, columns, heading_row, sheet, fixed, frozenset(passed))
