"""Labels: own packs with their state, a drawing at true size, its files, codes made live or void."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor, signed_in
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.access.rights import SIGN
from trace.chain.facts.code import ACTIVATE, VOID
from trace.errors import Refusal
from trace.labels.alignment_page import alignment_page, ruler_mm
from trace.labels.formats import FORMATS
from trace.labels.module_size import PRINTERS
from trace.platform.opening import Platform
from trace.typed_texts import whole_text
from trace.usecases.printing.own_packs import list_own_packs, show_own_pack
from trace.usecases.printing.print_label import (
    SHEET,
    ZPL_DPI,
    LabelOptions,
    PrintedLabel,
    print_label,
)
from trace.usecases.printing.print_runs import list_runs
from trace.usecases.printing.printers import LONGEST, offset_for, own_printers
from trace.usecases.printing.propose_codes import Proposing, propose_activation, propose_void
from trace.usecases.signing.waiting import waiting_about

FORMS: Final = ("pdf", "svg", "png", "zpl")
RUN_FORMS: Final = ("csv", "pdf", "zpl", "svg", "png")
_ICONS: Final = ("print", "down", "pen", "cross", "box", "chev", "search")
_MOST_START: Final = 100
_SHEETS: Final = ("labels.css",)


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of labels."""

    @pages.get("/desk/labels")
    def labels() -> Response:
        """Own packs, the newest first."""
        found = list_own_packs(platform.transactions, current_actor(), request.args.get("after", ""))
        return desk_page("enterprise/labels.html", at="labels", icons=_ICONS, sheets=_SHEETS, found=found)

    @pages.get("/desk/labels/<string:lot>")
    def label_page(lot: str) -> Response:
        """A pack's label as it would be printed now, or what is in the way."""
        return shown_label(platform, lot)

    @pages.get("/desk/labels/<string:lot>/label")
    def label_file(lot: str) -> AnyResponse:
        """The label as a printer takes it."""
        form = request.args.get("form", "pdf")
        label = _label(platform, lot, replace(options(), form=form if form in FORMS else "pdf"))
        response = Response(label.content, content_type=label.media_type)
        name = f"{lot.rpartition(':')[2]}.{form if form in FORMS else 'pdf'}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    @pages.get("/desk/label-alignment")
    def alignment() -> AnyResponse:
        """A page to try the printer with, before a sheet or roll of labels."""
        sheet = options().sheet
        offset = offset_for(platform.transactions, current_actor(), options().by)
        response = Response(alignment_page(sheet, offset=offset), content_type="application/pdf")
        response.headers["Content-Disposition"] = f'attachment; filename="{sheet.name}-100.pdf"'
        return response

    _codes(pages, platform)


def _codes(pages: Blueprint, platform: Platform) -> None:
    @pages.post("/desk/labels/<string:lot>/activate")
    def activate_codes(lot: str) -> AnyResponse:
        """Prepare the activation, and go where it is signed."""
        who, report = _proposing("activate"), request.form.get("report", "")
        try:
            return to(propose_activation(platform.transactions, platform.codes, who, lot, report))
        except Refusal as refusal:
            return shown_label(platform, lot, refusal)

    @pages.post("/desk/labels/<string:lot>/void")
    def void_codes(lot: str) -> AnyResponse:
        """Prepare the voiding of all codes of the pack, and go where it is signed."""
        try:
            reason = whole_text("reason", request.form.get("reason", ""), 200)
            return to(propose_void(platform.transactions, _proposing("void"), lot, reason))
        except Refusal as refusal:
            return shown_label(platform, lot, refusal)


def options() -> LabelOptions:
    """The choices in the address or the form; what is no choice counts as none."""
    dpi = _whole("dpi")
    return LabelOptions(
        size=request.values.get("size", SHEET)[:20],
        dpi=dpi if dpi in PRINTERS else None,
        start=min(max(_whole("start"), 1), _MOST_START),
        by=request.values.get("printer", "")[:LONGEST],
    )


def shown_label(platform: Platform, lot: str, refusal: Refusal | None = None) -> Response:
    """The page of a pack's label; raises `UnknownLot`, also for another firm's."""
    actor, wish = current_actor(), options()
    details = show_own_pack(platform.transactions, actor, lot)
    label: PrintedLabel | None = None
    failed = refusal
    if details.own.printable:
        try:
            label = _label(platform, lot, replace(wish, form="pdf", preview=True))
        except Refusal as undrawn:
            failed = failed or undrawn
    return desk_page(
        "enterprise/label.html",
        waits=waiting_about(platform.transactions, current_actor(), {lot}, {ACTIVATE.typ, VOID.typ}),
        at="labels",
        icons=_ICONS,
        sheets=_SHEETS,
        status=200 if failed is None else failed.http_status,
        lot=lot,
        details=details,
        own=details.own,
        label=label,
        drawing=None if label is None else base64.b64encode(label.content).decode(),
        wish=wish,
        formats=FORMATS,
        sheet=FORMATS.get(wish.size, FORMATS[SHEET]),
        ruler=ruler_mm(FORMATS.get(wish.size, FORMATS[SHEET]), 0),
        printers=PRINTERS,
        query={"size": wish.size, "start": wish.start, "dpi": wish.dpi or "", "printer": wish.by},
        own_printers=own_printers(platform.transactions, actor),
        refusal=failed,
        may_sign=actor.may(SIGN),
        runs=list_runs(platform.transactions, lot, actor)[::-1],
        run_forms=RUN_FORMS,
        run_dpi=ZPL_DPI,
        typed=request.form,
    )


def _label(platform: Platform, lot: str, wish: LabelOptions) -> PrintedLabel:
    """The label; another firm's lot is unknown here, before any gate is asked."""
    show_own_pack(platform.transactions, current_actor(), lot)
    party = current_actor().party
    return print_label(platform.transactions, lot, wish.form, platform.public_url, wish, party)


def _proposing(act: str) -> Proposing:
    title = reader_of(request).say(f"work.labels.batch-{act}")
    return Proposing(current_actor(), signed_in().person.id, request.form.get(KEY, ""), title)


def _whole(name: str) -> int:
    given = request.values.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= len("999999") else 0
