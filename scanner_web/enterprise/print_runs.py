"""Print runs of item codes: asked for, watched, fetched as one ZIP, each part made as it is sent."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.labels import RUN_FORMS, options, shown_label
from scanner_web.enterprise.print_reports import shown_run
from scanner_web.enterprise.redirects import to
from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from trace.codes.intervals import Interval
from trace.errors import FormEmpty, Refusal
from trace.platform.opening import Platform
from trace.typed_texts import whole_text
from trace.usecases.printing.own_packs import show_own_pack
from trace.usecases.printing.print_label import ZPL_DPI
from trace.usecases.printing.print_parts import Press
from trace.usecases.printing.print_runs import RUN_PAGE, RunRequest, ask_run

_LONGEST: Final = 12
_PRINTER: Final = 120
_REASON: Final = 200


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of print runs."""

    @pages.post("/desk/labels/<string:lot>/runs")
    def start_run(lot: str) -> AnyResponse:
        """Enter a run; the same form sent twice is one run."""
        show_own_pack(platform.transactions, current_actor(), lot)
        try:
            asked = ask_run(
                platform.transactions,
                lot,
                _wish(),
                current_actor(),
                platform.public_url,
                request.form.get(KEY, ""),
            )
        except Refusal as refusal:
            return shown_label(platform, lot, refusal)
        return to(RUN_PAGE.format(asked.row.id))

    @pages.get("/desk/print-runs/<string:run>")
    def run_page(run: str) -> Response:
        """How far a run is."""
        return shown_run(platform, run)

    @pages.get("/desk/print-runs/<string:run>/files.zip")
    def run_files(run: str) -> AnyResponse:
        """Every part and the manifest; a gate that is shut by now is a refusal."""
        press = Press(platform.transactions, platform.codes.ring, current_actor())
        response = Response(press.archive(run), content_type="application/zip")
        response.headers["Content-Disposition"] = f'attachment; filename="{run[:8]}.zip"'
        return response


def _wish() -> RunRequest:
    """What the form says; raises `FormEmpty` where no printer is named."""
    given, chosen = request.form, options()
    form, printer = given.get("form", ""), whole_text("printer", given.get("printer", ""), _PRINTER)
    if not printer:
        raise FormEmpty
    return RunRequest(
        form if form in RUN_FORMS else RUN_FORMS[0],
        printer,
        _interval(given.get("first", ""), given.get("count", "")),
        size=chosen.size,
        dpi=chosen.dpi or ZPL_DPI,
        again=whole_text("again", given.get("again", ""), _REASON) or None,
        start=chosen.start,
    )


def _interval(first: str, count: str) -> Interval | None:
    """The counters asked for; None, all of the lot's, where neither is given."""
    first, count = first.strip(), count.strip()
    if not first and not count:
        return None
    return Interval(_number(first or "0"), _number(count))


def _number(text: str) -> int:
    """0 for what is no number: as a count, it is refused as out of the range."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST else 0
